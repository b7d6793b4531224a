import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { BulkRow } from './documents.ts';

const flushAt = 1 << 18;

/** Rows on their way to the stand-in, one JSON text per line, in a file: a million of them must not stay in memory. */
export class SpoolWriter {
  readonly path: string;
  rows = 0;
  readonly #file: number;
  #text = '';

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'w', 0o600);
  }

  write(row: BulkRow): void {
    this.#text += `${JSON.stringify(row)}\n`;
    this.rows++;
    if (this.#text.length > flushAt) this.#flush();
  }

  #flush(): void {
    writeSync(this.#file, this.#text);
    this.#text = '';
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }
}

/** Lines of a spool, some thousand at a time. */
export async function* batches(path: string, size: number): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    batch.push(line);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
