import { createRequire } from 'node:module';
import fc from 'fast-check';
import { writeVarintsInPlace } from './quick-varints.ts';

interface Encoder {
  readonly buffer: Buffer;
  writeVarInt(value: number): Encoder;
  writeUVarInt(value: number): Encoder;
  writeVarLong(value: unknown): Encoder;
}
const require = createRequire(import.meta.url);
const Encoder = require('kafkajs/src/protocol/encoder.js') as { new (size?: number): Encoder; prototype: Encoder };
const Long = require('kafkajs/src/utils/long.js') as { fromNumber(value: number): unknown };
const { writeUVarInt, writeVarLong } = Encoder.prototype;
const restore = (): void => void Object.assign(Encoder.prototype, { writeUVarInt, writeVarLong });
afterEach(restore);

const near = (...powers: number[]): fc.Arbitrary<number> =>
  fc.tuple(fc.constantFrom(...powers), fc.integer({ min: -2, max: 2 })).map(([power, off]) => 2 ** power + off);
const int32 = fc.oneof(near(0, 6, 7, 13, 14, 20, 21, 27, 28, 30), fc.integer()).filter((n) => (n | 0) === n);
const long = fc.oneof(int32, near(31, 32, 33, 40), fc.maxSafeInteger());

test('numbers written in place are the bytes kafkajs writes', () => {
  const written = (numbers: readonly [number, number, number][]): Buffer => {
    const encoder = new Encoder(1); // grows with nearly every number
    for (const [a, b, c] of numbers) encoder.writeVarInt(a).writeUVarInt(Math.abs(b)).writeVarLong(c);
    return Buffer.from(encoder.writeVarLong(Long.fromNumber(numbers[0]![2])).buffer);
  };
  fc.assert(
    fc.property(fc.array(fc.tuple(int32, int32, long), { minLength: 1 }), (numbers) => {
      restore();
      const expected = written(numbers);
      writeVarintsInPlace();
      expect(Encoder.prototype.writeUVarInt).not.toBe(writeUVarInt);
      expect(written(numbers)).toEqual(expected);
    }),
    { numRuns: 1_000 },
  );
});
