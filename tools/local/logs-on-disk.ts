import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs';

const keepBytes = 10 * 1024 * 1024;
const keepFiles = 3;

/** The last lines of a file, read from its end. Empty when there is no such file. */
export function tail(file: string, lines: number, maxBytes = 256 * 1024): string[] {
  if (!existsSync(file)) return [];
  const fd = openSync(file, 'r');
  try {
    const size = fstatSync(fd).size;
    const length = Math.min(size, maxBytes);
    const buffer = Buffer.alloc(length);
    readSync(fd, buffer, 0, length, size - length);
    const all = buffer.toString('utf8').split('\n');
    if (all.at(-1) === '') all.pop();
    return lines === 0 ? [] : all.slice(-lines);
  } finally {
    closeSync(fd);
  }
}

/**
 * Copies a log that grew too large aside and empties it. The writer keeps its open file: it appends, so it goes on at
 * the start. A pipe through the supervisor would break when the supervisor is killed; a file does not.
 */
export function rotate(file: string, limitBytes = keepBytes): boolean {
  if (!existsSync(file) || statSync(file).size < limitBytes) return false;
  for (let number = keepFiles - 1; number >= 1; number--) {
    if (existsSync(`${file}.${number}`)) renameSync(`${file}.${number}`, `${file}.${number + 1}`);
  }
  copyFileSync(file, `${file}.1`);
  truncateSync(file, 0);
  return true;
}
