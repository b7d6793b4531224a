import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Lints a text as if it stood in a file of the workspace; answers the messages of the rules it broke. */
function lint(file: string, text: string): string {
  const args = ['node_modules/eslint/bin/eslint.js', '--stdin', '--stdin-filename', file];
  return spawnSync(process.execPath, args, { cwd: root, input: text, encoding: 'utf8' }).stdout;
}

// Without a computed graph the boundary rule passes everything in silence, as on every fresh clone.
beforeAll(() => {
  execFileSync(process.execPath, ['node_modules/nx/dist/bin/nx.js', 'show', 'projects'], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false' },
  });
}, 60_000);

test.each([
  [
    'a pure lib that imports persistence',
    'libs/money/src/planted.ts',
    '@cashloop/persistence',
    'enforce-module-boundaries',
  ],
  ['events that import messaging', 'libs/events/src/planted.ts', '@cashloop/messaging', 'enforce-module-boundaries'],
  [
    'a connector kit that imports messaging',
    'libs/connector-kit/src/planted.ts',
    '@cashloop/messaging',
    'enforce-module-boundaries',
  ],
  [
    'a service that imports a service',
    'services/crm-sync/src/planted.ts',
    '../../gateway/package.json',
    'enforce-module-boundaries',
  ],
  ['a service that imports the Kafka client', 'services/crm-sync/src/planted.ts', 'kafkajs', 'no-restricted-imports'],
  [
    'a service that imports the testkit outside a spec',
    'services/crm-sync/src/planted.ts',
    '@cashloop/testkit',
    'no-restricted-imports',
  ],
  [
    'a decision that imports a store',
    'services/crm-sync/src/domain/planted.ts',
    '../stores/customer.store.ts',
    'no-restricted-imports',
  ],
  ['a decision that imports typeorm', 'services/crm-sync/src/domain/planted.ts', 'typeorm', 'no-restricted-imports'],
])(
  'the linter refuses %s',
  (_, file, imported, rule) => {
    expect(lint(file, `import * as planted from '${imported}';\nexport const kept = planted;\n`)).toContain(rule);
  },
  60_000,
);

test.each(['Date.now()', 'new Date()', 'Math.random()', 'process.env'])(
  'the linter refuses %s in a decision',
  (expression) => {
    expect(lint('services/crm-sync/src/domain/planted.ts', `export const planted = ${expression};\n`)).toContain(
      'error',
    );
  },
  60_000,
);

test('the linter lets allowed imports pass', () => {
  expect(
    lint('libs/messaging/src/planted.ts', `import * as events from '@cashloop/events';\nexport const kept = events;\n`),
  ).toBe('');
}, 60_000);
