import { existsSync, mkdirSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { transformFile } from '@swc/core';
import { root } from './folders.ts';

/** Projects of which a service may run code: its own and all libs. */
export function projectFolders(service: string): string[] {
  const libs = readdirSync(join(root, 'libs')).map((name) => join(root, 'libs', name));
  return [...libs, join(root, 'services', service)].filter((folder) => existsSync(join(folder, 'src')));
}

/** Where the compiled file of a source lies: src/a/b.ts -> dist/a/b.js. */
export function compiledPath(folder: string, file: string): string {
  return join(folder, 'dist', relative(join(folder, 'src'), file)).replace(/\.ts$/, '.js');
}

const isProgram = (file: string): boolean =>
  file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.endsWith('.d.ts');

/** Compiles one file just as the build does; a deleted source takes its compiled file along. */
async function compile(folder: string, file: string): Promise<void> {
  const target = compiledPath(folder, file);
  if (!existsSync(file)) {
    rmSync(target, { force: true });
    return;
  }
  const options = {
    configFile: join(root, '.swcrc'),
    swcrc: false,
    filename: file,
    sourceFileName: relative(dirname(target), file),
    outputPath: target,
  };
  const { code, map } = await transformFile(file, options);
  mkdirSync(dirname(target), { recursive: true });
  if (map !== undefined) writeFileSync(`${target}.map`, map);
  writeFileSync(target, map === undefined ? code : `${code}\n//# sourceMappingURL=${basename(target)}.map\n`);
}

/** Compiles what is saved, a moment later so that an editor's several writes count once. */
export function compileOnSave(service: string, told: (text: string) => void): FSWatcher[] {
  const waiting = new Map<string, NodeJS.Timeout>();
  const later = (folder: string, file: string): void => {
    clearTimeout(waiting.get(file));
    const run = async (): Promise<void> => {
      waiting.delete(file);
      try {
        await compile(folder, file);
        told(`compiled ${relative(root, file)}`);
      } catch (error) {
        told(
          `${relative(root, file)} does not compile; the last good one keeps running\n${error instanceof Error ? error.message : String(error)}`,
        );
      }
    };
    waiting.set(
      file,
      setTimeout(() => void run(), 60),
    );
  };
  return projectFolders(service).map((folder) =>
    watch(join(folder, 'src'), { recursive: true }, (_event, name) => {
      if (name !== null && isProgram(name)) later(folder, join(folder, 'src', name));
    }),
  );
}
