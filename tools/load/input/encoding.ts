import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Names as iconv-lite knows them. Windows-1252 holds all of Latin-1's letters and the euro sign. */
export type Encoding = 'utf8' | 'utf16le' | 'utf16be' | 'win1252';

/** Decides the encoding from all bytes of a file: text that is not UTF-8 anywhere is Latin-1 everywhere. */
export class EncodingWatch {
  #first: Buffer | undefined;
  #utf8 = true;
  #rest: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#first ??= chunk.subarray(0, 4096);
    if (!this.#utf8) return;
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = bytes.subarray(0, bytes.length - unfinished(bytes));
    this.#rest = Buffer.from(bytes.subarray(whole.length));
    if (!isUtf8(whole)) this.#utf8 = false;
  }

  verdict(): Encoding {
    const first = this.#first ?? Buffer.alloc(0);
    if (first[0] === 0xff && first[1] === 0xfe) return 'utf16le';
    if (first[0] === 0xfe && first[1] === 0xff) return 'utf16be';
    const nulls = zeroBytes(first);
    if (nulls !== undefined) return nulls;
    return this.#utf8 && this.#rest.length === 0 ? 'utf8' : 'win1252';
  }
}

/** Bytes at the end that could be the start of a character whose rest comes with the next chunk. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** UTF-16 without a mark shows as zeros in every second byte. */
function zeroBytes(first: Buffer): Encoding | undefined {
  if (first.length < 8) return undefined;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < first.length; i++) {
    if (first[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  const many = first.length / 2 / 3;
  if (odd > many && even === 0) return 'utf16le';
  return even > many && odd === 0 ? 'utf16be' : undefined;
}

/** Text of the first bytes, without a byte-order mark; the last character may be cut. */
export const textOf = (head: Buffer, encoding: Encoding): string => iconv.decode(head, encoding, { stripBOM: true });

/** Turns bytes into text chunks. */
export const decoder = (encoding: Encoding): NodeJS.ReadWriteStream => iconv.decodeStream(encoding, { stripBOM: true });

/** Reads --encoding. */
export function readEncoding(text: string): Encoding | undefined {
  const name = text.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (['utf8', 'ascii', 'utf8bom'].includes(name)) return 'utf8';
  if (['latin1', 'iso88591', 'iso885915', 'windows1252', 'win1252', 'cp1252', 'ansi'].includes(name)) return 'win1252';
  return name === 'utf16le' || name === 'utf16' ? 'utf16le' : name === 'utf16be' ? 'utf16be' : undefined;
}
