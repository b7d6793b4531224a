import { createRequire } from 'node:module';
import fc from 'fast-check';
import { readHeadersInOnePass } from './record-headers.ts';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder.js') as {
  new (bytes: Buffer): { readVarIntBytes(): Buffer };
  prototype: { readVarIntArray: unknown };
};
const encode = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: object) => { buffer: Buffer };
const decode = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as (
  decoder: object,
  context: object,
) => { headers: object; value: Buffer };
const theirs = Decoder.prototype.readVarIntArray;
afterEach(() => void (Decoder.prototype.readVarIntArray = theirs));

const read = (bytes: Buffer): { headers: object; value: Buffer } =>
  decode(new Decoder(new Decoder(bytes).readVarIntBytes()), { firstOffset: '7', firstTimestamp: '0' });

const text = fc.string({ unit: 'grapheme' });
const headers = fc.dictionary(
  text.filter((name) => !(name in {})), // those kafkajs mixes up with what every object has
  fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 4 })),
  { maxKeys: 20 },
);

test('headers read in one pass are what kafkajs reads', () => {
  fc.assert(
    fc.property(headers, text, (list, value) => {
      const bytes = encode({ key: 'k', value, headers: list }).buffer;
      Decoder.prototype.readVarIntArray = theirs;
      const expected = read(bytes);
      readHeadersInOnePass();
      expect(Decoder.prototype.readVarIntArray).not.toBe(theirs);
      expect(read(bytes)).toEqual(expected);
    }),
  );
});

test('a header may be named like something every object has', () => {
  readHeadersInOnePass();
  const list = Object.fromEntries([...'123'].map((n) => [`h${n}`, n]));
  Object.defineProperty(list, '__proto__', { value: ['4', '5'], enumerable: true });
  const found = read(encode({ key: 'k', value: 'v', headers: { ...list, constructor: '6' } }).buffer).headers;
  expect(Object.entries(found).map(([name, value]) => [name, String(value)])).toEqual(
    [...Object.entries(list), ['constructor', '6']].map(([name, value]) => [name, String(value)]),
  );
});

test('a record without headers, and one with a header without value', () => {
  readHeadersInOnePass();
  expect(read(encode({ key: 'k', value: 'v' }).buffer).headers).toEqual({});
  // One header: its name is one byte, "a"; its length of -1 says null.
  const body = Buffer.from([0, 0, 0, 1, 1, 2, 2, 0x61, 1]);
  expect(read(Buffer.concat([Buffer.from([body.length * 2]), body])).headers).toEqual({ a: null });
});
