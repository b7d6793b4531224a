import type { Command, Where } from '../command.ts';
import type { Values } from '../rows.ts';
import { type Statement, unnested } from './statement.ts';

const TABLE = 'outbox';

/** Adds rows in the order given. Ids are drawn at once, long before the commit, and never given back. */
export async function addToOutbox(command: Command, columns: readonly (readonly unknown[])[]): Promise<void> {
  for (const [topic, key, headers, value] of unnested(columns)) {
    const id = String(command.nextId(TABLE));
    const made = { created_at: command.nowMs, error: null, parked_at: null };
    await command.insert(TABLE, id, { id, topic, key, headers: JSON.parse(headers as string), value, ...made });
  }
}

const waits: Where = (row) => row.parked_at === null;

/** Rows nobody set aside that fit, in id order, without those that begin beyond so many bytes. */
function take(command: Command, limit: unknown, bytes: unknown, fits: Where): Values[] {
  let before = 0;
  return command
    .scan(TABLE, (row) => waits(row) && fits(row))
    .map(({ values: { id, topic, key, headers, value } }) => ({ id, topic, key, headers, value }))
    .sort((a, b) => Number(a.id) - Number(b.id))
    .slice(0, limit as number)
    .filter(({ value }) => {
      const begins = before;
      before += Buffer.byteLength(value as string);
      return begins < (bytes as number);
    });
}

const taking = (but: string): string =>
  `select id, topic, key, headers, value from (select id, topic, key, headers, value, sum(octet_length(value)) over (order by id rows unbounded preceding) - octet_length(value) as before
    from (select id, topic, key, headers, value from outbox where parked_at is null ${but}order by id limit $1) taken) sized where before < $2 order by id`;

const idIn = (ids: unknown): Where => {
  const wanted = new Set(ids as string[]);
  return (row) => wanted.has(row.id as string);
};

const not =
  (where: Where): Where =>
  (row) =>
    !where(row);

const placeIn = (topics: unknown, keys: unknown): Where => {
  const places = new Set(unnested([topics as unknown[], keys as unknown[]]).map((place) => JSON.stringify(place)));
  return ({ topic, key }) => places.has(JSON.stringify([topic, key]));
};

const set = async (command: Command, where: Where, values: Values): Promise<Values[]> => {
  const changed = await command.update(TABLE, where, () => values);
  return changed.map(({ headers }) => ({ org: (headers as Record<string, string>).org_id }));
};

/** What the relay's queue sends, by its file's order. */
const queue: readonly Statement[] = [
  {
    text: taking(''),
    run: (command, [limit, bytes]) => take(command, limit, bytes, () => true),
  },
  {
    text: taking('and id <> all($3::bigint[]) '),
    run: (command, [limit, bytes, sending]) => take(command, limit, bytes, not(idIn(sending))),
  },
  {
    text: taking(`and id <> all($3::bigint[]) and not exists (select 1 from unnest($4::text[], $5::text[]) as refused(topic, key)
  where refused.topic = outbox.topic and refused.key = outbox.key) `),
    run: (command, [limit, bytes, sending, topics, keys]) => {
      const [left, refused] = [idIn(sending), placeIn(topics, keys)];
      return take(command, limit, bytes, (row) => !left(row) && !refused(row));
    },
  },
  {
    // The trap of a relay with a cursor.
    text: taking('and id > $3 '),
    run: (command, [limit, bytes, after]) => take(command, limit, bytes, ({ id }) => Number(id) > Number(after)),
  },
  {
    text: 'select id from outbox where id = any($1::bigint[]) and parked_at is null',
    run: (command, [ids]) => take(command, undefined, Infinity, idIn(ids)).map(({ id }) => ({ id })),
  },
  {
    text: 'delete from outbox where id = any($1::bigint[])',
    run: async (command, [ids]) => {
      await command.remove(TABLE, idIn(ids));
      return [];
    },
  },
  {
    text: 'update outbox set error = $2 where id = $1',
    run: async (command, [id, error]) => {
      await set(command, idIn([id]), { error });
      return [];
    },
  },
];

/** What `ops -- outbox` does with a refused event. */
const ops: readonly Statement[] = [
  {
    text: `update outbox set parked_at = now() where id = $1 and parked_at is null returning headers->>'org_id' as org`,
    run: (command, [id]) => {
      const its = idIn([id]);
      return set(command, (row) => its(row) && waits(row), { parked_at: command.nowMs });
    },
  },
  {
    text: `update outbox set parked_at = null, error = null where id = $1 and parked_at is not null returning headers->>'org_id' as org`,
    run: (command, [id]) => {
      const its = idIn([id]);
      return set(command, (row) => its(row) && !waits(row), { parked_at: null, error: null });
    },
  },
];

export const outbox: readonly Statement[] = [
  {
    text: `insert into outbox (topic, key, headers, value) select topic, key, headers, value from (select * from unnest($1::text[], $2::text[], $3::json[], $4::text[]) with ordinality as row(topic, key, headers, value, n)) rows order by n`,
    run: async (command, params) => {
      await addToOutbox(command, params as unknown[][]);
      return [];
    },
  },
  ...queue,
  ...ops,
  {
    text: `select count(*) filter (where parked_at is null)::int as rows, count(error) filter (where parked_at is null)::int as refused, count(parked_at)::int as parked,
  coalesce(extract(epoch from now() - min(created_at) filter (where parked_at is null)), 0)::float8 as age from (select parked_at, error, created_at from outbox order by id limit 100000) oldest`,
    run: (command) => {
      const all = command.scan(TABLE, () => true).map(({ values }) => values);
      const waiting = all.filter(waits);
      const oldest = Math.min(command.nowMs, ...waiting.map((row) => row.created_at as number));
      const refused = waiting.filter((row) => row.error !== null).length;
      const parked = all.length - waiting.length;
      return [{ rows: waiting.length, refused, parked, age: (command.nowMs - oldest) / 1_000 }];
    },
  },
];
