import type { Command } from '../command.ts';
import { type Statement, unnested } from './statement.ts';

const TABLE = 'outbox';

/** Adds rows in the order given. Ids are drawn at once, long before the commit, and never given back. */
export async function addToOutbox(command: Command, columns: readonly (readonly unknown[])[]): Promise<void> {
  for (const [topic, key, headers, value] of unnested(columns)) {
    const id = command.nextId(TABLE);
    const row = { id: String(id), number: id, topic, key, headers: JSON.parse(headers as string) as unknown, value };
    await command.insert(TABLE, String(id), row);
  }
}

const take: Statement['run'] = (command, [limit, without]) => {
  const left = new Set(without as string[] | undefined);
  const found = command.scan(TABLE, (row) => !left.has(row.id as string)).map(({ values }) => values);
  return found.sort((a, b) => (a.number as number) - (b.number as number)).slice(0, limit as number);
};

/** The trap of a relay with a cursor. */
const takeAfter: Statement['run'] = (command, [limit, after], session, db) =>
  (take(command, [1e9], session, db) as { number: number }[])
    .filter(({ number }) => number > Number(after))
    .slice(0, limit as number);

const idIn = (ids: unknown): ((row: Readonly<Record<string, unknown>>) => boolean) => {
  const wanted = new Set(ids as string[]);
  return (row) => wanted.has(row.id as string);
};

export const outbox: readonly Statement[] = [
  {
    text: `insert into outbox (topic, key, headers, value) select topic, key, headers, value from (select * from unnest($1::text[], $2::text[], $3::json[], $4::text[]) with ordinality as row(topic, key, headers, value, n)) rows order by n`,
    run: async (command, params) => {
      await addToOutbox(command, params as unknown[][]);
      return [];
    },
  },
  { text: 'select id, topic, key, headers, value from outbox where parked_at is null order by id limit $1', run: take },
  {
    text: 'select id, topic, key, headers, value from outbox where parked_at is null and id <> all($2::bigint[]) order by id limit $1',
    run: take,
  },
  {
    text: 'select id, topic, key, headers, value from outbox where parked_at is null and id > $2 order by id limit $1',
    run: takeAfter,
  },
  {
    text: 'delete from outbox where id = any($1::bigint[])',
    run: async (command, [ids]) => {
      await command.remove(TABLE, idIn(ids));
      return [];
    },
  },
  {
    text: `select count(*) filter (where parked_at is null)::int as rows, count(error) filter (where parked_at is null)::int as refused, count(parked_at)::int as parked,
  coalesce(extract(epoch from now() - min(created_at) filter (where parked_at is null)), 0)::float8 as age from outbox`,
    run: (command) => [{ rows: command.scan(TABLE, () => true).length, refused: 0, parked: 0, age: 0 }],
  },
];
