/** A header as it came: its name and its value, as bytes. */
export type Header = readonly [name: Uint8Array, value: Uint8Array | null];

const NO_VALUE = 0xffffffff;

/** Headers in their order, each as length and bytes of its name, then of its value. A missing value has length 2^32 - 1. */
export function encodeHeaders(headers: readonly Header[]): Buffer {
  return Buffer.concat(headers.flatMap(([name, value]) => [...field(name), ...field(value)]));
}

/** The headers encodeHeaders took. Bytes it cannot have made end the list: the record's hash tells that they are wrong. */
export function decodeHeaders(encoded: Uint8Array): Header[] {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const headers: Header[] = [];
  for (let at = 0; at < bytes.length;) {
    const name = read(bytes, at);
    const value = name && read(bytes, name.end);
    if (!name?.field || !value) break;
    headers.push([name.field, value.field]);
    at = value.end;
  }
  return headers;
}

/** The last value under a name, or undefined. Reads in place: the vault asks this of every record. */
export function lastHeader(encoded: Uint8Array, name: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  let last: Uint8Array | undefined;
  for (let at = 0; at + 4 <= bytes.length;) {
    const [nameLength, nameEnd] = extent(bytes, at);
    if (nameEnd + 4 > bytes.length) break;
    const [valueLength, valueEnd] = extent(bytes, nameEnd);
    if (nameLength === NO_VALUE || valueEnd > bytes.length) break;
    const wanted = nameLength === name.byteLength && bytes.compare(name, 0, name.byteLength, at + 4, nameEnd) === 0;
    if (wanted) last = valueLength === NO_VALUE ? undefined : bytes.subarray(nameEnd + 4, valueEnd);
    at = valueEnd;
  }
  return last;
}

/** Length of the field at a place, and where it ends. */
function extent(bytes: Buffer, at: number): [length: number, end: number] {
  const length = bytes.readUInt32BE(at);
  return [length, at + 4 + (length === NO_VALUE ? 0 : length)];
}

function field(value: Uint8Array | null): Uint8Array[] {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(value === null ? NO_VALUE : value.byteLength);
  return value === null ? [length] : [length, value];
}

function read(bytes: Buffer, at: number): { field: Buffer | null; end: number } | undefined {
  if (at + 4 > bytes.length) return undefined;
  const length = bytes.readUInt32BE(at);
  if (length === NO_VALUE) return { field: null, end: at + 4 };
  const end = at + 4 + length;
  return end > bytes.length ? undefined : { field: bytes.subarray(at + 4, end), end };
}
