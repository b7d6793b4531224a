import { createRequire } from 'node:module';
import { addHeader, type RawRecord } from '../raw-record.ts';

/** The part of kafkajs's decoder that we use. It holds one record and stands on the byte after its value. */
interface Decoder {
  buffer: Buffer;
  offset: number;
  readVarInt(): number;
}

const BEYOND_ASCII = /[^\x00-\x7f]/;

/** Header names in their order, and an object with just these. */
interface Usual {
  readonly names: readonly string[];
  readonly empty: Readonly<Record<string, string | null>>;
}

/** By how many headers it had, the last record: nearly every one has the names of the one before with as many. */
const usuals: (Usual | undefined)[] = [];
const LEARNT_MAX = 64;

/** Where each header of the record in work stands: name from and to, value from and to. A null starts below zero. */
const places: number[] = [];

/** The headers of one record, left as bytes until somebody asks: texts for events, bytes for the vault and dead letters. */
export class RecordHeaders {
  readonly #decoder: Decoder;
  readonly #start: number;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
    this.#start = decoder.offset;
  }

  /**
   * Made anew each time: who decodes asks once, and texts that are kept are texts that the collector copies.
   * One text is made of all their bytes, and cut: many small ones from bytes would take longer than all the rest.
   */
  get texts(): RawRecord['headers'] {
    const { buffer } = this.#decoder;
    const all = buffer.toString('latin1', this.#start);
    const count = this.#find();
    if (BEYOND_ASCII.test(all)) return textsOf(this.list);
    const usual = usuals[count];
    if (usual === undefined) return this.#learnt();
    // A new text as a name would be looked up among all names the program knows, for each header of each record.
    const texts = { ...usual.empty };
    for (let i = 0, at = 0; i < count; i += 1, at += 4) {
      const name = usual.names[i]!;
      const isSame = places[at + 1]! - places[at]! === name.length && all.startsWith(name, places[at]! - this.#start);
      if (!isSame) return this.#learnt();
      const start = places[at + 2]!;
      texts[name] = start < 0 ? null : all.slice(start - this.#start, places[at + 3]! - this.#start);
    }
    return texts;
  }

  /** In their order on the wire. */
  get list(): RawRecord['headerList'] {
    const { buffer } = this.#decoder;
    const list: [string, Buffer | null][] = [];
    const end = this.#find() * 4;
    for (let at = 0; at < end; at += 4) {
      const [nameStart, nameEnd, start, end] = places.slice(at, at + 4) as [number, number, number, number];
      list.push([buffer.toString('utf8', nameStart, nameEnd), start < 0 ? null : buffer.subarray(start, end)]);
    }
    return list;
  }

  #learnt(): RawRecord['headers'] {
    const { list } = this;
    const names = list.map(([name]) => name);
    const isUsual = names.length <= LEARNT_MAX && new Set(names).size === names.length && !names.includes('__proto__');
    if (isUsual) usuals[names.length] = { names, empty: Object.fromEntries(names.map((name) => [name, null])) };
    return textsOf(list);
  }

  /** Layout: https://kafka.apache.org/documentation/#recordheader. @returns how many */
  #find(): number {
    const decoder = this.#decoder;
    decoder.offset = this.#start;
    const count = decoder.readVarInt();
    for (let at = 0; at < count * 4; at += 4) {
      const nameLength = decoder.readVarInt();
      places[at] = decoder.offset;
      decoder.offset += nameLength;
      places[at + 1] = decoder.offset;
      const length = decoder.readVarInt();
      places[at + 2] = length < 0 ? -1 : decoder.offset;
      decoder.offset += Math.max(0, length);
      places[at + 3] = decoder.offset;
    }
    return count;
  }
}

function textsOf(list: RawRecord['headerList']): RawRecord['headers'] {
  const texts = {};
  for (const [name, value] of list) addHeader(texts, name, value === null ? null : value.toString());
  return texts;
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
