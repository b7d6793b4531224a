import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from './input/source.ts';
import { fileName, fileTitle, Memory } from './memory.ts';

const source = (path: string, name = path): Source => ({
  path,
  name,
  gzip: false,
  encoding: 'utf8',
  sha256: 'ab'.repeat(32),
  bytes: 1,
  head: Buffer.from(''),
});
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cashloop-load-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['/data/ibm_ar/invoices.csv', 'ibm_ar invoices'],
  ['/data/online/invoices.csv.gz', 'online invoices'],
  ['/ledger.tsv', 'ledger'],
])('%s loads into "%s"', (path, title) => {
  expect(fileTitle(path)).toBe(title);
});

test('another file of the same name gets a company of its own; the same file keeps its', () => {
  const memory = new Memory(folder);
  memory.keep('x invoices', { file: '/a/x/invoices.csv' });
  expect(memory.nameFor(source('/b/x/invoices.csv'))).toBe('x invoices 2');
  expect(new Memory(folder).nameFor(source('/a/x/invoices.csv'))).toBe('x invoices');
});

test('standard input is known by its content', () => {
  const memory = new Memory(folder);
  const name = memory.nameFor(source('/tmp/copy', '-'));
  memory.keep(name, { file: fileName(source('/tmp/copy', '-')) });
  expect(memory.nameFor(source('/tmp/other-copy', '-'))).toBe(name);
});

test('what is kept survives the process, and a change keeps the rest', () => {
  new Memory(folder).keep('c', { file: 'f', realm: '1', shifts: { ab: 3 } });
  const memory = new Memory(folder);
  memory.keep('c', { file: 'f', sending: { rows: 'x', done: 2 } });
  expect(new Memory(folder).of('c')).toEqual({
    file: 'f',
    realm: '1',
    shifts: { ab: 3 },
    sending: { rows: 'x', done: 2 },
    settings: {},
  });
});
