import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../local/folders.ts';
import { missingEntries } from './lock-complete.ts';
import type { Lock } from './lock-complete.ts';

const committed = (): Lock => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;

describe('lock file', () => {
  test('the committed one is complete', () => expect(missingEntries(committed())).toEqual([]));

  test.each([
    'node_modules/@bufbuild/buf-darwin-arm64',
    'node_modules/@swc/core-linux-arm64-gnu',
    'node_modules/kafkajs',
  ])('without %s it is not', (path) => {
    const lock = committed();
    expect(lock.packages[path]).toBeDefined();
    delete lock.packages[path];
    expect(missingEntries(lock).join()).toContain(path.replace('node_modules/', ''));
  });

  test('a package of another platform may be missing', () => {
    const lock: Lock = { packages: { 'node_modules/a': { optionalDependencies: { 'a-win32-x64': '1' } } } };
    expect(missingEntries(lock)).toEqual([]);
  });

  test('names are looked up from the inside out', () => {
    const lock: Lock = {
      packages: {
        'libs/x': { dependencies: { a: '1' } },
        'libs/x/node_modules/a': { dependencies: { '@s/b': '1', c: '1' } },
        'libs/x/node_modules/a/node_modules/@s/b': { dependencies: { d: '1' } },
        'node_modules/c': {},
        'libs/x/node_modules/d': {},
      },
    };
    expect(missingEntries(lock)).toEqual([]);
  });
});
