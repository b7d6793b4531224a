import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from './digest-table.ts';
import { KnownDocuments } from './known-documents.ts';

let path: string;
beforeEach(() => void (path = join(mkdtempSync(join(tmpdir(), 'cashloop-load-')), 'company', 'known.bin')));
afterEach(() => rmSync(join(path, '../..'), { recursive: true }));

const [first, second, third] = ['a', 'b', 'c'].map((text) => digestOf([text]));

test('the first document of an id keeps it over runs; others are remembered as others', () => {
  const before = new KnownDocuments();
  expect([before.owns('1', first!, true), before.owns('1', second!, true)]).toEqual([true, false]);
  before.keep(path);
  const after = KnownDocuments.read(path);
  expect([after.owns('1', third!, true), after.owns('1', first!, true)]).toEqual([false, true]);
  expect(KnownDocuments.read(path).owns('1', second!, false)).toBe(false);
});

test('a document that changed is the same one as long as no other has its id', () => {
  const before = new KnownDocuments();
  before.owns('1', first!, false);
  before.keep(path);
  expect(KnownDocuments.read(path).owns('1', third!, false)).toBe(true);
});

test('a record cut by a crash is written again; a new company begins anew', () => {
  const before = new KnownDocuments();
  before.owns('1', first!, false);
  before.keep(path);
  appendFileSync(path, Buffer.alloc(7));
  const after = KnownDocuments.read(path);
  after.owns('2', second!, false);
  after.keep(path);
  expect(statSync(path).size).toBe(40);
  expect(KnownDocuments.read(path).owns('2', third!, true)).toBe(false);
  new KnownDocuments().keep(path);
  expect(statSync(path).size).toBe(0);
});
