import { createRequire } from 'node:module';
import fc from 'fast-check';
import { leaveHeadersAsBytes, type RecordHeaders } from './record-headers.ts';

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

const inTexts = (headers: object): object =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  );

const text = fc.string({ unit: 'grapheme' });
const headers = fc.dictionary(
  text.filter((name) => !(name in {})), // those kafkajs mixes up with what every object has
  fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 4 })),
  { maxKeys: 20 },
);

test('headers read later are what kafkajs reads', () => {
  fc.assert(
    fc.property(headers, text, (list, value) => {
      const bytes = encode({ key: 'k', value, headers: list }).buffer;
      Decoder.prototype.readVarIntArray = theirs;
      const expected = read(bytes);
      leaveHeadersAsBytes();
      expect(Decoder.prototype.readVarIntArray).not.toBe(theirs);
      const found = read(bytes);
      const ours = found.headers as RecordHeaders;
      expect(ours.texts).toEqual(inTexts(expected.headers));
      expect(
        Object.fromEntries(ours.list.map(([name]) => [name, ours.list.flatMap(([n, v]) => (n === name ? [v] : []))])),
      ).toEqual(Object.fromEntries(Object.entries(expected.headers).map(([name, value]) => [name, [value].flat()])));
      expect(found.value).toEqual(expected.value);
      const same = Object.fromEntries(Object.keys(list).map((name) => [name, value]));
      for (const next of [same, { ...same, more: 'x' }, same]) {
        const { texts } = read(encode({ key: 'k', value, headers: next }).buffer).headers as RecordHeaders;
        expect(texts).toEqual(next);
      }
      expect(ours.texts).toEqual(inTexts(expected.headers));
    }),
  );
});

test('a header may be named like something every object has', () => {
  leaveHeadersAsBytes();
  const list = { h1: '1', constructor: '6' };
  Object.defineProperty(list, '__proto__', { value: ['4', '5'], enumerable: true });
  const { texts } = read(encode({ key: 'k', value: 'v', headers: list }).buffer).headers as RecordHeaders;
  expect(Object.entries(texts)).toEqual([
    ['h1', '1'],
    ['constructor', '6'],
    ['__proto__', ['4', '5']],
  ]);
});

test('a record without headers, and headers without value, out of order, and in bytes that are no text', () => {
  leaveHeadersAsBytes();
  const none = read(encode({ key: 'k', value: 'v' }).buffer).headers as RecordHeaders;
  expect([none.texts, none.list]).toEqual([{}, []]);
  // Attributes, times, key and value are empty. Three headers, each named by one byte: a = null, b = 0xff, a = "".
  const body = Buffer.from([0, 0, 0, 1, 1, 6, 2, 0x61, 1, 2, 0x62, 2, 0xff, 2, 0x61, 0]);
  const odd = read(Buffer.concat([Buffer.from([body.length * 2]), body])).headers as RecordHeaders;
  expect(odd.texts).toEqual({ a: [null, ''], b: '\ufffd' });
  expect(odd.list).toEqual([
    ['a', null],
    ['b', Buffer.from([0xff])],
    ['a', Buffer.from('')],
  ]);
});
