import fc from 'fast-check';
import iconv from 'iconv-lite';
import { EncodingWatch, readEncoding, textOf, type Encoding } from './encoding.ts';

function watched(bytes: Buffer, chunk: number): Encoding {
  const watch = new EncodingWatch();
  for (let at = 0; at < bytes.length; at += chunk) watch.add(bytes.subarray(at, at + chunk));
  return watch.verdict();
}

test('UTF-8 is known as such wherever its chunks are cut', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      (text, chunk) => {
        fc.pre(!text.includes('\0'));
        return watched(Buffer.from(`header;${text}`), chunk) === 'utf8';
      },
    ),
  );
});

test('one Latin-1 letter anywhere makes the file Latin-1, and its text comes back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', ';', 'ü', 'é', 'ß', '€'), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      (letters, chunk) => {
        const text = `${letters.join('')} ü;`;
        const bytes = iconv.encode(text, 'win1252');
        const encoding = watched(bytes, chunk);
        return encoding === 'win1252' && textOf(bytes, encoding) === text;
      },
    ),
  );
});

test('UTF-16 with and without a mark', () => {
  expect(watched(iconv.encode('Customer;Amount', 'utf16le', { addBOM: true }), 3)).toBe('utf16le');
  expect(watched(iconv.encode('Customer;Amount', 'utf16le'), 1000)).toBe('utf16le');
  expect(watched(iconv.encode('Customer;Amount', 'utf16be'), 1000)).toBe('utf16be');
});

test('a character cut off at the end of the file is no UTF-8', () => {
  expect(watched(Buffer.from([0x61, 0xc3]), 1)).toBe('win1252');
});

test('names of encodings', () => {
  expect(['UTF-8', 'ISO-8859-1', 'latin1', 'cp1252', 'utf-16', 'ebcdic'].map(readEncoding)).toEqual([
    'utf8',
    'win1252',
    'win1252',
    'win1252',
    'utf16le',
    undefined,
  ]);
});
