type Value = Buffer | string | null;

/** A record exactly as the broker holds it. */
export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** A header that stands more than once is an array. Its bytes are in `headerList`; a text here is made from them. */
  readonly headers: Readonly<Record<string, Value | readonly Value[]>>;
  /** The same headers in their order on the wire. */
  readonly headerList: readonly (readonly [name: string, value: Buffer | null])[];
  /** The broker's time of the record, ms since 1970. */
  readonly timestamp: number;
}

/** What strangers write may hold a NUL, which no text column of Postgres takes. */
export const storable = (text: string): string => text.replaceAll('\0', '\ufffd');

/** Adds one header; one that stands more than once becomes an array. Names like those every object has are no trap. */
export function addHeader(headers: Record<string, Value | Value[]>, name: string, value: Value): void {
  const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
  const now = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  if (name === '__proto__')
    Object.defineProperty(headers, name, { value: now, enumerable: true, configurable: true, writable: true });
  else headers[name] = now;
}
