import { closeSync, openSync, writeSync } from 'node:fs';
import type { BulkError } from './stand-in.ts';

/** Rows the stand-in refused, one JSON text per line: the row, code and message. Made when the first one comes. */
export class Refusals {
  count = 0;
  readonly path: string;
  readonly #reasons = new Map<string, number>();
  #file: number | undefined;

  constructor(path: string) {
    this.path = path;
  }

  add({ code, message }: BulkError, line: string): void {
    this.count++;
    const reason =
      code === 'bulk.key_reused'
        ? 'is there already with other content, which is kept'
        : message.replace(/doc:\S+|customer:\S+/g, '...');
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    this.#file ??= openSync(this.path, 'w', 0o600);
    writeSync(this.#file, `${JSON.stringify({ code, message, row: parsed(line) })}\n`);
  }

  reasons(): [string, number][] {
    return [...this.#reasons].sort((a, b) => b[1] - a[1]);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}
