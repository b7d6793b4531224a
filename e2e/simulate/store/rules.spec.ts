import { Draws } from '../clock/draws.ts';
import { Scheduler } from '../clock/scheduler.ts';
import { Database } from './database.ts';
import { type Result, Session } from './session.ts';

/** Two sessions of the simulated store; each rule is one that Postgres keeps at READ COMMITTED. */
class Two {
  readonly scheduler = new Scheduler(new Draws(1));
  readonly db = new Database(this.scheduler);
  readonly a = this.#session();
  readonly b = this.#session();

  #session(): Session {
    const quiet = (): void => undefined;
    const spec = { name: 's', idleInTransactionMs: 10_000, idleMs: undefined, onEnd: quiet, onNotify: quiet };
    return new Session(this.db, { ...spec, onDefect: quiet });
  }

  /** Sends a statement; the promise settles with its rows or its error once time moves on. */
  send(session: Session, text: string, ...params: unknown[]): Promise<Result['rows']> {
    return new Promise((resolve, reject) => {
      const reply = (result: Result[] | Error): void =>
        result instanceof Error ? reject(result) : resolve(result.at(-1)?.rows ?? []);
      session.receive({ text, params, reply });
    });
  }

  /** Lets virtual time go by. */
  async pass(ms: number): Promise<void> {
    const end = this.scheduler.nowMs + ms;
    this.scheduler.at(end, undefined, () => undefined);
    await this.scheduler.run(() => this.scheduler.nowMs >= end, end);
  }
}

const MAKE = 'insert into account (id) select i from unnest($1::text[]) i order by i on conflict do nothing';
const LOCK = 'select * from account where id = any($1::text[]) order by id for update';
const SAVE = `update account set exposure_minor = r.e, breach_open = r.o, breaches = r.b, version = r.v
      from unnest($1::text[], $2::bigint[], $3::bool[], $4::int[], $5::int[]) r(i, e, o, b, v) where id = r.i`;
const exposure = (id: string, minor: string): unknown[] => [[id], [minor], [false], [0], [1]];
const minors = (rows: Result['rows']): unknown[] => rows.map((row) => row.exposure_minor);

test('a lock that was waited for shows the row as it is after the wait', async () => {
  const { a, b, ...two } = stage();
  await two.send(a, MAKE, ['x']);
  await two.send(a, 'begin');
  await two.send(a, SAVE, ...exposure('x', '5'));
  await two.send(b, 'begin');
  const locked = two.send(b, LOCK, ['x']);
  await two.send(a, 'commit');
  expect(minors(await locked)).toEqual(['5']);
});

test('a row whose insert is not committed is invisible, and a second insert of it waits', async () => {
  const { a, b, ...two } = stage();
  await two.send(a, 'begin');
  await two.send(a, MAKE, ['x']);
  expect(await two.send(b, LOCK, ['x'])).toEqual([]);
  const second = two.send(b, MAKE, ['x']);
  await two.send(a, 'commit');
  await second;
  expect(await two.send(b, LOCK, ['x'])).toHaveLength(1);
});

test('what is rolled back was never there', async () => {
  const { a, b, ...two } = stage();
  await two.send(a, 'begin');
  await two.send(a, MAKE, ['x']);
  await two.send(a, 'rollback');
  expect(await two.send(b, LOCK, ['x'])).toEqual([]);
});

test('two that wait for each other: one is told of the deadlock, the other goes on', async () => {
  const { a, b, ...two } = stage();
  await two.send(a, MAKE, ['x', 'y']);
  for (const session of [a, b]) await two.send(session, 'begin');
  await two.send(a, LOCK, ['x']);
  await two.send(b, LOCK, ['y']);
  const outcomes = Promise.allSettled([two.send(a, LOCK, ['y']), two.send(b, LOCK, ['x'])]);
  await two.pass(2_000);
  expect((await outcomes).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a wait ends with the lock time-out, a silent transaction with its session', async () => {
  const { a, b, ...two } = stage();
  await two.send(a, MAKE, ['x']);
  await two.send(a, 'begin');
  await two.send(a, LOCK, ['x']);
  const late = expect(two.send(b, LOCK, ['x'])).rejects.toMatchObject({ code: '55P03' });
  await two.pass(6_000);
  await late;
  await two.pass(16_000);
  expect(a.open).toBe(false);
  expect(await two.send(b, LOCK, ['x'])).toHaveLength(1);
});

const ADD = `insert into outbox (topic, key, headers, value) select topic, key, headers, value from (select * from unnest($1::text[], $2::text[], $3::json[], $4::text[]) with ordinality as row(topic, key, headers, value, n)) rows order by n`;
const COLUMNS = 'id, topic, key, headers, value';
const TAKE = `select ${COLUMNS} from (select ${COLUMNS}, sum(octet_length(value)) over (order by id rows unbounded preceding) - octet_length(value) as before from (select ${COLUMNS} from outbox where parked_at is null and id <> all($3::bigint[]) and not exists (select 1 from unnest($4::text[], $5::text[]) as refused(topic, key)
  where refused.topic = outbox.topic and refused.key = outbox.key) order by id limit $1) taken) sized where before < $2 order by id`;
const PARK = `update outbox set parked_at = now() where id = $1 and parked_at is null returning headers->>'org_id' as org`;

test('the outbox gives what is not set aside, not on its way and not of a refused key, oldest first, up to a size', async () => {
  const { a, b, ...two } = stage();
  const headers = Array.from({ length: 11 }, () => '{"org_id":"7"}');
  const keys = ['x', 'y', 'x', ...Array.from({ length: 8 }, () => 'z')];
  await two.send(
    a,
    ADD,
    keys.map((key) => (key === 'y' ? 'other' : 'topic')),
    keys,
    headers,
    keys,
  );
  const taken = async (
    limit: number,
    sending: string[],
    topics: string[],
    places: string[],
    bytes = 99,
  ): Promise<unknown[]> => (await two.send(b, TAKE, limit, bytes, sending, topics, places)).map(({ id }) => id);
  expect(await two.send(a, PARK, '4')).toEqual([{ org: '7' }]);
  expect(await two.send(a, PARK, '4')).toEqual([]);
  expect(await taken(20, ['5'], ['topic'], ['x'])).toEqual(['2', '6', '7', '8', '9', '10', '11']);
  expect(await taken(2, [], ['other', 'topic'], ['x', 'y'])).toEqual(['1', '2']);
  expect(await taken(20, ['5'], ['topic'], ['x'], 3)).toEqual(['2', '6', '7']);
});

test('a statement it was never taught is a defect, not an empty answer', async () => {
  const { a, ...two } = stage();
  await expect(two.send(a, 'select 42')).rejects.toThrow('does not know this statement');
});

function stage(): Pick<Two, 'a' | 'b' | 'send' | 'pass'> {
  const two = new Two();
  return { a: two.a, b: two.b, send: two.send.bind(two), pass: two.pass.bind(two) };
}
