import { plainArray, textArray } from './array.row.ts';

test('plain values stand as they are, missing ones as NULL', () => {
  expect(plainArray(['1', 2n, 3, null, true, undefined])).toBe('{1,2,3,NULL,true,NULL}');
  expect(plainArray([])).toBe('{}');
});

test('text is quoted, with quotes and backslashes escaped', () => {
  expect(textArray(['a', '', 'NULL', null, 'x,y', String.raw`a"b\c`, '{"k":"v"}'])).toBe(
    String.raw`{"a","","NULL",NULL,"x,y","a\"b\\c","{\"k\":\"v\"}"}`,
  );
});
