import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../local/folders.ts';

type Fits = (lock: unknown, installed: unknown) => boolean;
const file = join(import.meta.dirname, 'modules.mjs');
const { installedFits } = (await import(file)) as { installedFits: Fits };
const { commands } = (await import(join(import.meta.dirname, 'commands.mjs'))) as {
  commands: Record<string, { help: string; program: string }>;
};
const bootstrap = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, 'tools', 'bootstrap.mjs'), ...args], { encoding: 'utf8', cwd: root });

describe('what is installed', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1' },
      'node_modules/b': { version: '1', optional: true },
      'libs/x': {},
    },
  };

  test('fits, also without packages of other platforms', () => {
    expect(installedFits(lock, { packages: { 'node_modules/a': { version: '1' } } })).toBe(true);
  });

  test('does not fit when one is missing or of another version', () => {
    expect(installedFits(lock, { packages: {} })).toBe(false);
    expect(installedFits(lock, { packages: { 'node_modules/a': { version: '2' } } })).toBe(false);
  });
});

describe('commands', () => {
  test('every script of package.json is known', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const used = Object.values(scripts).flatMap((script) => /bootstrap\.mjs (\w+)/.exec(script)?.[1] ?? []);
    expect(used.filter((name) => commands[name] === undefined)).toEqual([]);
  });

  test('every help shows an example', () => {
    for (const [name, command] of Object.entries(commands))
      expect([name, command.help]).toEqual([name, expect.stringContaining('Example: npm ')]);
  });

  test('help is shown without installing anything, an unknown name is refused', () => {
    expect(bootstrap('start', '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('--detach') as string,
    });
    expect(bootstrap('nonsense')).toMatchObject({ status: 2 });
  });
});
