/** One jest configuration for every project: ES modules, TypeScript through swc with decorator metadata. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@cashloop/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['**/*.spec.ts'],
  // A test that fails half-way may leave a connection open; its project must end with the failure, not with a time limit.
  forceExit: true,
  // A limit for what hangs, not a measure of speed: tests also run on slow machines, with others beside them.
  testTimeout: 20_000,
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          target: 'es2024',
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};
