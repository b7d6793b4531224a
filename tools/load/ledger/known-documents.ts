import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DigestTable, digestOf, hexOf, type Digest } from './digest-table.ts';

const recordBytes = 20;
const namedNow = 0x8000_0000;

/**
 * What documents of a company are known by their id alone, and what they were: a later export of the ledger may give the
 * id to another document, which must not take the place of the first. A file of 20 bytes per document.
 */
export class KnownDocuments {
  readonly #table = new DigestTable();
  readonly #news: { digest: Digest; value: number }[] = [];
  #bytesRead = 0;

  /** Reads what earlier loads have kept; nothing when there is no file. */
  static read(path: string): KnownDocuments {
    const known = new KnownDocuments();
    if (!existsSync(path)) return known;
    const bytes = readFileSync(path);
    // A record that a crash has cut is written again by the next keep().
    const whole = bytes.length - (bytes.length % recordBytes);
    for (let at = 0; at < whole; at += recordBytes)
      known.#table.put(
        { high: bytes.readBigUInt64LE(at), low: bytes.readBigUInt64LE(at + 8) },
        bytes.readUInt32LE(at + 16),
      );
    known.#bytesRead = whole;
    return known;
  }

  /**
   * Whether a document goes by its id alone: the first one that ever had the id does, as long as it is the same.
   * @param content digest of what makes a document this one
   * @param isRepeated the file has several documents of this id; else a changed one still is that one
   */
  owns(id: string, content: Digest, isRepeated: boolean): boolean {
    const named = digestOf([id]);
    const other = digestOf([id, hexOf(content)]);
    const value = Number(content.low & 0x3fff_ffffn) + 1;
    const before = this.#table.get(named);
    if (before === 0) {
      this.#table.put(named, value + namedNow);
      this.#news.push({ digest: named, value });
      return true;
    }
    const isSame = before % namedNow === value;
    if (before < namedNow && (isSame || !(isRepeated || this.#table.get(other) !== 0))) {
      this.#table.set(named, before + namedNow);
      return true;
    }
    if (this.#table.put(other, 1) === 0) this.#news.push({ digest: other, value: 1 });
    return false;
  }

  /** Adds what this run found; what it did not read belongs to a company that is no more. */
  keep(path: string): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const bytes = Buffer.alloc(this.#news.length * recordBytes);
    this.#news.forEach(({ digest, value }, index) => {
      const at = index * recordBytes;
      bytes.writeBigUInt64LE(digest.high, at);
      bytes.writeBigUInt64LE(digest.low, at + 8);
      bytes.writeUInt32LE(value, at + 16);
    });
    const file = openSync(path, 'a', 0o600);
    try {
      truncateSync(path, this.#bytesRead);
      writeSync(file, bytes);
    } finally {
      closeSync(file);
    }
    this.#bytesRead += bytes.length;
    this.#news.length = 0;
  }
}
