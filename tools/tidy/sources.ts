import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the checkout. */
export const root = join(import.meta.dirname, '../..');

/** Every file that is or would be committed, relative to the root. */
export function committedFiles(): string[] {
  const out = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  });
  const deleted = execFileSync('git', ['ls-files', '--deleted', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  const gone = new Set(deleted);
  return out.split('\0').filter((file) => file !== '' && !gone.has(file));
}

/** Text of one file of the checkout. */
export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
