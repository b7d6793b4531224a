import { createRequire } from 'node:module';
import { addHeader, type RawRecord } from '../raw-record.ts';

/** The part of kafkajs's decoder that we use. It holds one record and stands on the byte after its value. */
interface Decoder {
  buffer: Buffer;
  offset: number;
  readVarInt(): number;
}

const BEYOND_ASCII = /[^\x00-\x7f]/;

/** Names of the last record's headers, by their places: nearly every record has the same ones. */
const usualNames: string[] = [];

/** The headers of one record, left as bytes until somebody asks: texts for events, bytes for the vault and dead letters. */
export class RecordHeaders {
  readonly #decoder: Decoder;
  readonly #start: number;
  #texts: RawRecord['headers'] | undefined;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
    this.#start = decoder.offset;
  }

  /** One text is made of all their bytes, and cut: many small ones from bytes would take longer than all the rest. */
  get texts(): RawRecord['headers'] {
    if (this.#texts !== undefined) return this.#texts;
    const { buffer } = this.#decoder;
    const from = this.#start;
    const all = buffer.toString('latin1', from);
    const plain = !BEYOND_ASCII.test(all);
    const cut = (start: number, end: number): string => {
      const text = all.slice(start - from, end - from);
      return plain || !BEYOND_ASCII.test(text) ? text : buffer.toString('utf8', start, end);
    };
    let place = 0;
    const nameAt = (start: number, end: number): string => {
      const usual = usualNames[place];
      // A new text as a name would be looked up among all names the program knows, for each header of each record.
      const same = usual?.length === end - start && all.startsWith(usual, start - from);
      const name = same ? usual : cut(start, end);
      if (!same && plain) usualNames[place] = name;
      place += 1;
      return name;
    };
    const texts = {};
    this.#each((nameStart, nameEnd, start, end) =>
      addHeader(texts, nameAt(nameStart, nameEnd), start < 0 ? null : cut(start, end)),
    );
    return (this.#texts = texts);
  }

  /** In their order on the wire. */
  get list(): RawRecord['headerList'] {
    const { buffer } = this.#decoder;
    const list: [string, Buffer | null][] = [];
    this.#each((nameStart, nameEnd, start, end) =>
      list.push([buffer.toString('utf8', nameStart, nameEnd), start < 0 ? null : buffer.subarray(start, end)]),
    );
    return list;
  }

  /** Where they stand. Layout: https://kafka.apache.org/documentation/#recordheader. A null starts below zero. */
  #each(take: (nameStart: number, nameEnd: number, start: number, end: number) => void): void {
    const decoder = this.#decoder;
    decoder.offset = this.#start;
    for (let left = decoder.readVarInt(); left > 0; left -= 1) {
      const nameLength = decoder.readVarInt();
      const nameStart = decoder.offset;
      decoder.offset += nameLength;
      const length = decoder.readVarInt();
      const start = decoder.offset;
      decoder.offset += Math.max(0, length);
      take(nameStart, nameStart + nameLength, length < 0 ? -1 : start, decoder.offset);
    }
  }
}

/**
 * kafkajs 2.2 reads the headers into a list and folds it into an object that it copies for each header: with our 12 to 14
 * that was a third of all processor time of a consumer. Nothing but record headers is read by `readVarIntArray`, and the
 * fold is all that is done to its result. So its result may be something whose `reduce` gives the headers themselves,
 * which then reach us as `message.headers`.
 */
export function leaveHeadersAsBytes(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/decoder.js') as { prototype: object };
  Object.assign(prototype, {
    readVarIntArray(this: Decoder) {
      return { reduce: () => new RecordHeaders(this) };
    },
  });
}
