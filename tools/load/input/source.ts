import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UserFault } from '../../local/faults.ts';
import { EncodingWatch, type Encoding } from './encoding.ts';

/** A ledger file that can be read several times. */
export interface Source {
  /** Where it lies, or its copy when it came through standard input. */
  readonly path: string;
  /** As the user named it. */
  readonly name: string;
  readonly gzip: boolean;
  readonly encoding: Encoding;
  /** Of the bytes without compression: names the content, not the file. */
  readonly sha256: string;
  readonly bytes: number;
  /** First bytes without compression, for guessing the format. */
  readonly head: Buffer;
}

const headBytes = 512 * 1024;

/**
 * Opens a path (or "-" for standard input, which is copied to the folder first) and reads it once through: encoding,
 * checksum, size.
 * @param folder for the copy of standard input; the caller removes it
 */
export async function openSource(name: string, folder: string, stdin: Readable = process.stdin): Promise<Source> {
  const path = name === '-' ? await spool(stdin, folder) : located(name);
  const gzip = await startsWithGzip(path);
  const hash = createHash('sha256');
  const watch = new EncodingWatch();
  const head: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of rawStream(path, gzip) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      watch.add(chunk);
      if (bytes < headBytes) head.push(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    throw new UserFault(
      `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      'check the file, for a .gz with gzip -t',
    );
  }
  if (bytes === 0) throw new UserFault(`${name === '-' ? 'Standard input' : name} is empty.`, 'npm run load -- --help');
  const sha256 = hash.digest('hex');
  return {
    path,
    name,
    gzip,
    encoding: watch.verdict(),
    sha256,
    bytes,
    head: Buffer.concat(head).subarray(0, headBytes),
  };
}

/** The bytes without compression. */
export function rawStream(path: string, gzip: boolean): Readable {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (!gzip) return file;
  const plain = createGunzip();
  file.once('error', (error) => plain.destroy(error));
  return file.pipe(plain);
}

/** A path means what it meant where the user typed it, though npm changes to the root first. */
function located(name: string): string {
  const from = [process.env['INIT_CWD'], process.cwd()].filter((folder) => folder !== undefined);
  for (const folder of from) {
    const path = resolve(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() === true) return path;
    if (stat?.isDirectory() === true)
      throw new UserFault(`${name} is a folder, not a file.`, `npm run load -- ${join(name, 'FILE.csv')}`);
  }
  throw new UserFault(`There is no file ${name}.`, 'npm run load -- PATH.csv');
}

async function spool(stdin: Readable, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'standard-input');
  rmSync(path, { force: true });
  await pipeline(stdin, createWriteStream(path, { mode: 0o600 }));
  return path;
}

async function startsWithGzip(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { end: 1 }) as AsyncIterable<Buffer>)
    return chunk[0] === 0x1f && chunk[1] === 0x8b;
  return false;
}
