import { createRequire } from 'node:module';

/** The part of kafkajs's encoder that we use: a buffer that grows, and where the next byte goes. */
interface Encoder {
  buf: Buffer;
  offset: number;
  ensureAvailable(bytes: number): void;
  writeUVarInt(value: number): Encoder;
  writeVarLong(value: unknown): Encoder;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/encoder.js') as { prototype: Encoder };
const theirs = prototype.writeVarLong;

const BYTES_MAX = 5;
const SMALL_MAX = 2 ** 30;

/**
 * kafkajs 2.2 makes a buffer for each number it writes, and a record with our headers has some thirty of them: a third of a
 * relay's processor time. These write the same bytes where they belong.
 */
export function writeVarintsInPlace(): void {
  Object.assign(prototype, {
    writeUVarInt(this: Encoder, value: number) {
      this.ensureAvailable(BYTES_MAX);
      let left = value >>> 0;
      for (; left > 0x7f; left >>>= 7) this.buf[this.offset++] = (left & 0x7f) | 0x80;
      this.buf[this.offset++] = left;
      return this;
    },
    /** A number as a reader calls it signed: small ones need no 64 bits. */
    writeVarLong(this: Encoder, value: unknown) {
      if (typeof value !== 'number' || !(value >= 0 && value < SMALL_MAX)) return theirs.call(this, value);
      return this.writeUVarInt(value * 2);
    },
  });
}
