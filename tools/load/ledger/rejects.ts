import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const firstHeaders = ['line', 'reason'] as const;

/** Removes a file of bad rows that an earlier run has written; any other file stays. */
export function removeRejects(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  const start = Buffer.alloc(`${firstHeaders.join(',')},`.length);
  readSync(file, start);
  closeSync(file);
  if (start.toString() === `${firstHeaders.join(',')},`) rmSync(path, { force: true });
}

/** Bad rows, as CSV: line number, reason, then the row's own cells. Made when the first one comes. */
export class Rejects {
  count = 0;
  readonly path: string | undefined;
  readonly #headers: readonly string[];
  readonly #reasons = new Map<string, number>();
  #file: number | undefined;

  /** @param path undefined: count only */
  constructor(path: string | undefined, headers: readonly string[]) {
    this.path = path;
    this.#headers = headers;
  }

  add(line: number, reason: string, cells: readonly string[]): void {
    this.count++;
    const kind = reason.replace(/"[^"]*"/, '"..."').replace(/\d{4}-\d\d-\d\d/g, '...');
    this.#reasons.set(kind, (this.#reasons.get(kind) ?? 0) + 1);
    if (this.path === undefined) return;
    if (this.#file === undefined) {
      mkdirSync(dirname(this.path), { recursive: true });
      this.#file = openSync(this.path, 'w', 0o600);
      this.#write([...firstHeaders, ...this.#headers]);
    }
    this.#write([String(line), reason, ...cells]);
  }

  #write(cells: readonly string[]): void {
    writeSync(this.#file!, `${cells.map(quoted).join(',')}\n`);
  }

  /** Kinds of reasons, the most frequent first. */
  reasons(): [string, number][] {
    return [...this.#reasons].sort((a, b) => b[1] - a[1]);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

const quoted = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
