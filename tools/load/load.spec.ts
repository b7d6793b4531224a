import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { FakeServices } from './fixtures/fake-services.ts';
import { fixture } from './fixtures/prepared.ts';
import { load, type Surroundings } from './load.ts';
import { Memory } from './memory.ts';

let fake: FakeServices;
let folder: string;
let said: string;

beforeEach(async () => {
  fake = new FakeServices();
  await fake.start();
  folder = mkdtempSync(join(tmpdir(), 'cashloop-load-'));
  said = '';
});
afterEach(async () => {
  await fake.stop();
  rmSync(folder, { recursive: true });
});

function run(args: string[], change: Partial<Surroundings> = {}): Promise<number> {
  said = '';
  return load(args, {
    say: (text) => void (said += `${text}\n`),
    stdin: Readable.from([]),
    today: '2026-11-21',
    memory: new Memory(join(folder, 'memory')),
    stack: () => Promise.resolve(fake.stack),
    pace: { everyMs: 5, stillMs: 200 },
    ...change,
  });
}
const company = (name: string) => [...fake.companies.values()].find((one) => one.name === name);
const count = (name: string): number => company(name)?.rows.size ?? 0;

test('loads a ledger into a company of its own, connects it, and both sides agree', async () => {
  expect(await run([fixture('receivables-flags.csv')])).toBe(0);
  expect(said).toContain('17 rows are new, 0 were there already, 0 were refused.');
  expect(said).toContain('No limits: the customers are unrated');
  expect(company('fixtures receivables-flags')?.connected).toBe(true);
  expect(await run(['--verify', fixture('receivables-flags.csv')])).toBe(0);
  expect(said).toMatch(/CAD .* open balance .* 3299\.70 .* 3299\.70 .* 0\.00/);
  expect(said).toMatch(/USD .* paid invoices .* 3 .* 3 .* 0 /);
});

test('the halves of a customer with two currencies are linked in the customer master, once', async () => {
  await run([fixture('receivables-flags.csv')]);
  const names = [...company('fixtures receivables-flags')!.rows.values()].flatMap(({ row }) =>
    row.kind === 'customer' ? [row.display_name] : [],
  );
  expect(said).toContain('Customers with several currencies, each one customer per currency: 1; newly linked: 1.');
  expect([...fake.otherCurrencies].map(([id, other]) => [names[id - 1], names[other - 1]])).toEqual([
    ['BOREAL trust (0140100009) (USD)', 'BOREAL trust (0140100009)'],
  ]);
  fake.calls.splice(0);
  await run([fixture('receivables-flags.csv')]);
  expect(said).toContain('newly linked: 0.');
  expect(fake.calls.filter((call) => call.startsWith('PATCH'))).toEqual([]);
});

test('the first run sends rows before it connects: they are history, not news', async () => {
  await run([fixture('iso-settled.csv')]);
  const order = fake.calls.filter((call) => call.endsWith('/bulk') || call.endsWith('/callback'));
  expect(order.at(-1)).toBe('GET /qbo/oauth/callback');
});

test('a second run changes nothing, and remembers what was told', async () => {
  await run([fixture('iso-settled.csv'), '--currency', 'EUR', '--limit', '500', '--shift-to-today']);
  const rows = count('fixtures iso-settled');
  expect(fake.limits).toEqual([
    { client_id: 1, limit: '500.00', reason: expect.any(String) as string },
    { client_id: 2, limit: '500.00', reason: expect.any(String) as string },
  ]);
  expect(await run([fixture('iso-settled.csv')], { today: '2026-11-25' })).toBe(0);
  expect(said).toContain('As when this file was loaded: currency EUR, limit 500, shift-to-today true.');
  expect(said).toContain(`0 rows are new, ${rows} were there already, 0 were refused.`);
  expect([count('fixtures iso-settled'), fake.limits.length]).toEqual([rows, 2]);
  expect(fake.calls.filter((call) => call.endsWith('/callback'))).toHaveLength(1);
});

test('after a reset of the stand-in the same command loads anew, up to the new today', async () => {
  await run([fixture('iso-settled.csv'), '--limit', '500', '--shift-to-today']);
  fake.companies.clear();
  await run([fixture('iso-settled.csv')], { today: '2026-11-25' });
  const dates = [...company('fixtures iso-settled')!.rows.values()].map(({ row }) =>
    row.kind === 'payment' ? row.txn_date : '',
  );
  expect([dates.sort().at(-1), fake.limits.length]).toEqual(['2026-11-25', 4]);
});

test('verify tells a difference by exit status', async () => {
  await run([fixture('iso-settled.csv')]);
  const { rows } = company('fixtures iso-settled')!;
  for (const [key, { row }] of rows) if (row.kind === 'payment') rows.delete(key);
  expect(await run(['--verify', fixture('iso-settled.csv')])).toBe(1);
  expect(said).toMatch(/open balance .* 1250\.00 .* 1397\.99 .* 147\.99/);
  expect(said).toMatch(/paid invoices .* 2 .* 0 .* -2/);
});

test('verify of what was never loaded says so', async () => {
  await expect(run(['--verify', fixture('iso-settled.csv')])).rejects.toThrow(
    'There is no company "fixtures iso-settled"',
  );
});

test('a new export of the same file adds what is new, by the change feed', async () => {
  const path = join(folder, 'ledger.csv');
  copyFileSync(fixture('iso-settled.csv'), path);
  await run([path, '--company', 'Growing']);
  const paid = readFileSync(path, 'utf8').replace('2023-02-19,1250,,', '2023-02-19,1250,2023-05-01,');
  writeFileSync(path, `${paid}0000710004,K-300,770,2023-03-01,2023-03-31,10,,0,No\n`);
  expect(await run([path, '--company', 'Growing'])).toBe(0);
  expect(said).toContain('3 rows are new, 7 were there already, 0 were refused.');
  expect(fake.calls).toContain('POST /qbo/sync/invoice/poll_all');
  expect(await run(['--verify', path, '--company', 'Growing'])).toBe(0);
});

const invoices = (name: string) =>
  [...company(name)!.rows.values()].flatMap(({ row }) =>
    row.kind === 'invoice' ? [[row.doc_number, row.amount, row.key === `doc:${row.doc_number}`]] : [],
  );

test.each(['after', 'before'])(
  'a later export that gives a number away again adds that document only: it stands %s',
  async (where) => {
    const path = join(folder, 'ledger.csv');
    const [head, ...rows] = readFileSync(fixture('iso-settled.csv'), 'utf8').trim().split('\n');
    writeFileSync(path, [head, ...rows].join('\n'));
    await run([path, '--company', 'L']);
    const again = '0000710002,K-200,770,2023-05-02,2023-06-01,75,,0,No';
    writeFileSync(path, [head, ...(where === 'after' ? [...rows, again] : [again, ...rows])].join('\n'));
    await run([path, '--company', 'L']);
    expect(said).toContain('where several have the same (1 times), the others by customer');
    expect(said).toContain('1 rows are new, 7 were there already, 0 were refused.');
    expect(invoices('L')).toEqual([
      ['0000710001', '50.39', true],
      ['0000710002', '1250.00', true],
      ['0000710003', '97.60', true],
      ['0000710002-2', '75.00', false],
    ]);
    await run([path, '--company', 'L']);
    expect(said).toContain('0 rows are new, 8 were there already, 0 were refused.');
    expect(await run(['--verify', path, '--company', 'L'])).toBe(0);
    // The first one is settled and gone from the export: the other is still the other.
    writeFileSync(path, [head, rows[0], rows[2], again].join('\n'));
    await run([path, '--company', 'L']);
    expect(said).toContain('0 rows are new, 7 were there already, 0 were refused.');
  },
);

test('a ledger whose numbers were not unique at first keeps its names when they are', async () => {
  const path = join(folder, 'ledger.csv');
  const [head, ...rows] = readFileSync(fixture('iso-settled.csv'), 'utf8').trim().split('\n');
  const again = '0000710002,K-200,770,2023-05-02,2023-06-01,75,,0,No';
  writeFileSync(path, [head, ...rows, again].join('\n'));
  await run([path]);
  writeFileSync(path, [head, ...rows].join('\n'));
  await run([path]);
  expect(said).toContain('0 rows are new, 7 were there already, 0 were refused.');
});

test('a company that was reset since forgets how its documents were named', async () => {
  const path = join(folder, 'ledger.csv');
  const [head, ...rows] = readFileSync(fixture('iso-settled.csv'), 'utf8').trim().split('\n');
  writeFileSync(path, [head, ...rows, '0000710002,K-200,770,2023-05-02,2023-06-01,75,,0,No'].join('\n'));
  await run([path]);
  fake.companies.clear();
  writeFileSync(path, [head, ...rows].join('\n'));
  await run([path]);
  expect(said).toContain('A document is known by "invoice_number", which is unique in the file.');
});

test('bad rows of an earlier run do not outlive it, wherever it wrote them; a file of another kind does', async () => {
  const path = join(folder, 'ledger.csv');
  const bad = join(folder, 'bad.csv');
  const text = readFileSync(fixture('iso-settled.csv'), 'utf8').trim();
  const own = () => join(new Memory(join(folder, 'memory')).folderOf('L'), 'rejects.csv');
  writeFileSync(path, `${text}\n0000710009,K-300,770,2023-13-01,2023-03-31,10,,0,No\n`);
  await run([path, '--company', 'L']);
  expect([existsSync(own()), existsSync(bad)]).toEqual([true, false]);
  await run([path, '--company', 'L', '--rejects', bad]);
  expect([existsSync(own()), existsSync(bad)]).toEqual([false, true]);
  writeFileSync(path, text);
  await run([path, '--company', 'L']);
  expect(existsSync(bad)).toBe(false);
  writeFileSync(bad, 'line by line\n');
  await run([path, '--company', 'L', '--rejects', bad]);
  expect(existsSync(bad)).toBe(true);
});

test('a document that changed is refused and told, the company keeps its own', async () => {
  const path = join(folder, 'ledger.csv');
  copyFileSync(fixture('iso-settled.csv'), path);
  await run([path]);
  writeFileSync(path, readFileSync(path, 'utf8').replace(',1250,', ',1300,'));
  await run([path]);
  expect(said).toContain('0 rows are new, 6 were there already, 1 were refused, written to');
  expect(said).toContain('1 x is there already with other content, which is kept');
});

test('calls that fail or are cut are repeated, without doubling', async () => {
  fake.failBulk = 1;
  fake.dropAfterBulk = 1;
  await run([fixture('iso-settled.csv')]);
  expect(count('fixtures iso-settled')).toBe(7);
  expect(await run(['--verify', fixture('iso-settled.csv')])).toBe(0);
});

test('an interrupted run goes on where it stopped', async () => {
  fake.dieAfter = 2;
  await expect(run([fixture('iso-settled.csv')])).rejects.toThrow('refused the rows');
  expect(company('fixtures iso-settled')?.connected).toBe(false);
  fake.dieAfter = Infinity;
  const before = fake.calls.length;
  expect(await run([fixture('iso-settled.csv')])).toBe(0);
  expect(said).toContain('Going on where the last run stopped, after 2 calls.');
  expect(fake.calls.slice(before).filter((call) => call.endsWith('/bulk'))).toHaveLength(1);
  expect(await run(['--verify', fixture('iso-settled.csv')])).toBe(0);
});

test('a run interrupted after its last call has the change feed read when it goes on', async () => {
  const path = join(folder, 'ledger.csv');
  copyFileSync(fixture('iso-settled.csv'), path);
  await run([path]);
  writeFileSync(path, `${readFileSync(path, 'utf8')}0000710004,K-300,770,2023-03-01,2023-03-31,10,,0,No\n`);
  fake.refuseSweeps = 1;
  await expect(run([path])).rejects.toThrow();
  const [made] = [...fake.companies.values()];
  expect(made!.read).toBeLessThan(made!.rows.size);
  expect(await run([path])).toBe(0);
  expect(made!.read).toBe(made!.rows.size);
});

test('standard input, compressed or not, is one company by its content', async () => {
  const text = readFileSync(fixture('iso-settled.csv'));
  await run(['-'], { stdin: Readable.from([text.subarray(0, 50), text.subarray(50)]) });
  await run(['-'], { stdin: Readable.from([gzipSync(text)]) });
  expect(said).toContain('0 rows are new, 7 were there already');
  expect(fake.companies.size).toBe(1);
  expect(existsSync(join(folder, 'memory', 'spool', 'standard-input'))).toBe(false);
});

test('a second ledger goes into the same company; a customer of the same name is another one there', async () => {
  await run([fixture('iso-settled.csv'), '--company', 'Both']);
  await run([fixture('iso-settled.csv'), '--company', 'Both', '--currency', 'EUR', '--map', 'number=due_date']);
  const names = [...company('Both')!.rows.values()].map(({ row }) => (row.kind === 'customer' ? row.display_name : ''));
  expect(names.filter(Boolean)).toEqual(['K-100', 'K-200', 'K-100 (EUR)', 'K-200 (EUR)']);
});

test('a dry run shows all and needs nothing that runs', async () => {
  const status = await run([fixture('iso-settled.csv'), '--dry-run'], {
    stack: () => Promise.reject(new Error('must not be asked')),
  });
  expect(status).toBe(0);
  expect(said).toMatch(/customer_id .*guessed .*K-100/);
  expect(said).toContain('Nothing was loaded (--dry-run). The company would be "fixtures iso-settled".');
  expect(fake.calls).toEqual([]);
});

test('a file of nothing but bad rows is refused', async () => {
  const path = join(folder, 'bad.csv');
  writeFileSync(path, 'Customer,Invoice,Date,Amount,Status\nA,1,2024-01-02,5.00,partly paid\n');
  await expect(run([path])).rejects.toThrow('holds no document that can be loaded');
});

test('a NUL byte costs its row, not the load', async () => {
  const path = join(folder, 'ledger.csv');
  writeFileSync(path, 'Customer,Invoice,Date,Amount\nAC\0ME,1,2024-01-02,5.00\nACME,2,2024-01-02,5.00\n');
  expect(await run([path, '--company', 'L'])).toBe(0);
  expect(said).toContain('2 rows are new');
  expect(said).toMatch(/Refused rows: 1, written to .*rejects\.csv/);
});

test('a limit that no customer can have is refused before anything is loaded, also a remembered one', async () => {
  const refused = run([fixture('iso-settled.csv'), '--limit', '5.005']);
  await expect(refused).rejects.toThrow('--limit 5.005 is no amount in USD');
  expect(fake.companies.size).toBe(0);
  const memory = new Memory(join(folder, 'memory'));
  memory.keep(memory.nameFor({ name: 'x', path: fixture('iso-settled.csv'), sha256: '' } as never), {
    file: fixture('iso-settled.csv'),
    settings: { limit: '-5' },
  });
  await expect(run([fixture('iso-settled.csv')])).rejects.toThrow('--limit -5 is no amount');
  expect(fake.companies.size).toBe(0);
});
