import type { OutgoingEvent } from '@cashloop/events';
import { Books } from './books.ts';
import { differences, newestOf, type Found, type Telling } from './drift.ts';
import { customers, invoiceEvents, limit, swinging } from './world.ts';

const bodyOf = ({ value }: OutgoingEvent) => JSON.parse(value) as { version: number; invoice_id: string };
const versionOf = (event: OutgoingEvent): number => bodyOf(event).version;
/** So low that nearly all customers of this small load go over it and back, as in the benchmarks over theirs. */
const low = 10_000n;
const events = invoiceEvents(6_000, new Date(), '1');
const books = new Books(low).add(events);

/** What a service without a fault has after these events. */
function madeOf(some: readonly OutgoingEvent[]): Found {
  const its = new Books(low).add(some);
  const rows = [...its.accounts].map(([id, one]) => ({ id, minor: String(one.exposure), ...one }));
  const told = rows
    .filter(({ crossings }) => crossings > 0)
    .map(({ id, held, crossedAt, crossings }) => [id, { held, minor: String(crossedAt), times: crossings }] as const);
  return { rows, invoices: its.invoices, versions: its.versions, told: new Map(told) };
}

test('a service that took each event once has no drift', () => {
  expect(differences(books, madeOf(events))).toBe(0);
  expect(differences(books, madeOf([...events, ...events.slice(100, 200)]))).toBe(0);
});

test('offsets that move without the handler show, also where nothing was ever owed in the end', () => {
  const nothing = { rows: [], invoices: 0, versions: 0, told: new Map() };
  for (const count of [60, 300, 6_000])
    expect(differences(new Books(low).add(invoiceEvents(count, new Date(), '1')), nothing)).toBeGreaterThan(count / 2);
});

test.each([1, 2, 3, 4, 5])('the loss of all versions %i shows', (version) => {
  for (const count of [78, 6_000]) {
    const all = invoiceEvents(count, new Date(), '1');
    const lost = madeOf(all.filter((event) => versionOf(event) !== version));
    expect(differences(new Books(low).add(all), lost)).toBeGreaterThan(0);
  }
});

test('the loss of one invoice and of one fetch in the midst of the log shows', () => {
  const { invoice_id: one } = bodyOf(events[7]!);
  expect(differences(books, madeOf(events.filter((event) => bodyOf(event).invoice_id !== one)))).toBeGreaterThan(0);
  for (let at = 0; at < events.length; at += 500)
    expect(differences(books, madeOf(events.toSpliced(at, 500)))).toBeGreaterThan(0);
});

test('a customer that is missing, there without an event, or there twice is drift, whatever it owes', () => {
  const found = madeOf(events);
  const surplus = { id: '4711', minor: '0', held: false, crossings: 0 };
  expect(differences(books, { ...found, rows: found.rows.slice(1) })).toBe(1);
  expect(differences(books, { ...found, rows: [...found.rows, surplus] })).toBe(1);
  expect(differences(books, { ...found, rows: [...found.rows, found.rows[0]!] })).toBe(1);
  expect(differences(new Books(limit, customers), { rows: [], invoices: 0, versions: 0, told: new Map() })).toBe(400);
});

test('a hold that was not told, told once too often, or told in an older state is drift', () => {
  const found = madeOf(events);
  const [id, hold] = [...found.told][0]!;
  const withTold = (told: typeof hold): Found => ({ ...found, told: new Map([...found.told, [id, told]]) });
  expect(differences(books, { ...found, told: new Map([...found.told].slice(1)) })).toBe(1);
  expect(differences(books, withTold({ ...hold, times: hold.times + 1 }))).toBe(1);
  expect(differences(books, withTold({ ...hold, held: !hold.held }))).toBe(1);
  expect(differences(books, withTold({ ...hold, minor: '1' }))).toBe(1);
});

test('of a hold the highest version counts, the same words once, other words twice', () => {
  const placed: Telling = { id: '1', held: true, minor: '100010', version: 1 };
  const released: Telling = { id: '1', held: false, minor: '90', version: 2 };
  const newest = { held: false, minor: '90', times: 2 };
  expect(newestOf([placed, released, placed]).get('1')).toEqual(newest);
  expect(newestOf([placed, released, { ...released, minor: '80' }]).get('1')).toMatchObject({ times: 3 });
  const bare = ({ id, held, minor }: Telling): Telling => ({ id, held, minor });
  expect(newestOf([placed, released].map(bare)).get('1')).toEqual(newest);
});

test('three versions an invoice on the average, one new invoice in three events, whatever the size', () => {
  for (const count of [1, 3, 80, 1_200, 6_000]) {
    const some = invoiceEvents(count, new Date(), '1');
    expect(some).toHaveLength(count);
    expect(some.filter((event) => versionOf(event) === 1)).toHaveLength(Math.ceil(count / 3));
  }
});

test('most accounts go over the limit once and come back; with swings some do it in every send', () => {
  const crossings = [...books.accounts.values()].map((one) => one.crossings);
  expect(crossings.filter((times) => times === 2).length).toBeGreaterThan(customers / 2);
  expect(crossings.every((times) => times === 0 || times === 2)).toBe(true);
  const swung = new Books();
  const base = invoiceEvents(1_200, new Date(), '1', swinging);
  while (base.length > 0) {
    const before = [...swung.accounts.values()].reduce((sum, one) => sum + one.crossings, 0);
    swung.add(base.splice(0, 120));
    const after = [...swung.accounts.values()].reduce((sum, one) => sum + one.crossings, 0);
    if (base.length > 120) expect(after).toBeGreaterThan(before);
  }
});
