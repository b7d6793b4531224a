import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const pure = ['scope:pure'];
const may = (scope, ...others) => ({
  sourceTag: `scope:${scope}`,
  onlyDependOnLibsWithTags: [...pure, ...others.map((other) => `scope:${other}`)],
});

/** Which lib may import which: DESIGN section 1. There is no `*` rule: a project without a listed tag may import nothing. */
const depConstraints = [
  { sourceTag: 'scope:pure', onlyDependOnLibsWithTags: pure },
  may('events', 'events'),
  may('persistence', 'persistence', 'testkit'),
  may('messaging', 'messaging', 'persistence', 'events', 'testkit'),
  may('service-shell', 'service-shell', 'messaging', 'persistence', 'events', 'testkit'),
  may('connector-kit', 'connector-kit', 'persistence', 'testkit'),
  may('testkit', 'testkit', 'events', 'persistence', 'messaging'),
  { sourceTag: 'type:service', onlyDependOnLibsWithTags: ['type:lib'] },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:lib'] },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['type:lib', 'type:tool'] },
];

const kafkaClient = { name: 'kafkajs', message: 'only libs/messaging/src/kafka talks to the client' };
const testkit = { name: '@cashloop/testkit', message: 'only specs import the testkit' };

/** Domain code is pure: it sees no clock, no database, no environment. */
const pureDomain = {
  files: ['services/*/src/domain/**/*.ts', 'src/domain/**/*.ts'],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'performance'],
    'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'time is passed in' }],
    'no-restricted-syntax': [
      'error',
      { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'time is passed in' },
      {
        selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
        message: 'chance is passed in',
      },
    ],
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [
              '@nestjs/*',
              'typeorm',
              'pg',
              'ioredis',
              'axios',
              'kafkajs',
              'prom-client',
              'node:fs*',
              'node:http*',
              'node:net',
            ],
          },
          {
            group: [
              '@cashloop/persistence',
              '@cashloop/messaging',
              '@cashloop/service-shell',
              '@cashloop/connector-kit',
            ],
          },
          { group: ['**/stores/**', '**/handlers/**', '**/http/**', '**/connectors/**'] },
        ],
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['**/dist', '**/generated', '**/node_modules', '.nx', '.cashloop', '**/*.d.ts'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.js', '**/*.mjs'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: ['../../jest.preset.js', '../jest.preset.js', '../../tools/**', '../../grafana/**'],
          depConstraints,
          enforceBuildableLibDependency: false,
          ignoredCircularDependencies: [['@cashloop/persistence', '@cashloop/testkit']],
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-empty-object-type': 'off',
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    // Decorator metadata needs constructor parameter types as values; the rule cannot see that.
    files: [
      'services/**/*.ts',
      'libs/service-shell/**/*.ts',
      'libs/messaging/**/*.ts',
      'libs/connector-kit/**/*.ts',
      'libs/persistence/**/*.ts',
      'src/**/*.ts',
      'e2e/bench/rivals/**/*.ts',
    ],
    // TypeORM's own types name migrations and entities `Function`.
    rules: { '@typescript-eslint/consistent-type-imports': 'off', '@typescript-eslint/no-unsafe-function-type': 'off' },
  },
  pureDomain,
  {
    // Only one folder knows the Kafka client, so that another can take its place; only specs know the testkit.
    files: ['services/**/*.ts', 'libs/**/*.ts', 'src/**/*.ts'],
    ignores: ['libs/testkit/**', '**/*.spec.ts', '**/test/**'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [kafkaClient, testkit] }] },
  },
  {
    files: ['libs/messaging/src/kafka/**/*.ts', 'src/kafka/**/*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [testkit] }] },
  },
  {
    files: ['tools/**', 'e2e/**', 'grafana/**', 'prometheus/**'],
    rules: { 'no-console': 'off' },
  },
  prettier,
);
