import type { Values } from '../rows.ts';
import { type Statement, unnested } from './statement.ts';

type Run = Statement['run'];

const sorted = (list: unknown): string[] => [...new Set(list as string[])].sort();
const in_ =
  (column: string, list: unknown): ((row: Values) => boolean) =>
  (row) =>
    (list as unknown[]).includes(row[column]);

/** `insert ... select from unnest order by 1 on conflict do nothing` */
const make =
  (table: string, key: string, empty: Values): Run =>
  async (command, [keys]) => {
    for (const value of sorted(keys)) await command.insert(table, value, { ...empty, [key]: value });
    return [];
  };

const setColumns =
  (table: string, columns: readonly string[]): Run =>
  async (command, params) => {
    for (const [id, ...values] of unnested(params as unknown[][])) {
      const change = Object.fromEntries(columns.map((column, i) => [column, values[i]]));
      await command.update(
        table,
        (row) => row.id === id,
        () => change,
      );
    }
    return [];
  };

const NEW_ACCOUNT = {
  limit_minor: null,
  limit_version: 0,
  exposure_minor: '0',
  breach_open: false,
  breaches: 0,
  version: 0,
};

/** The tables of the simulated service: e2e/simulate/service. */
export const ledger: readonly Statement[] = [
  {
    text: 'insert into master (id) select i from unnest($1::text[]) i order by i on conflict do nothing',
    run: make('master', 'id', { version: 0, amount_minor: '0' }),
  },
  {
    text: 'select * from master where id = any($1::text[]) order by id for update',
    run: (command, [ids]) => command.scanForUpdate('master', in_('id', ids), 'id'),
  },
  {
    text: `update master set version = r.v, amount_minor = r.a
      from unnest($1::text[], $2::int[], $3::bigint[]) r(i, v, a) where id = r.i`,
    run: setColumns('master', ['version', 'amount_minor']),
  },
  {
    text: 'insert into account (id) select i from unnest($1::text[]) i order by i on conflict do nothing',
    run: make('account', 'id', NEW_ACCOUNT),
  },
  {
    text: 'select * from account where id = any($1::text[]) order by id for update',
    run: (command, [ids]) => command.scanForUpdate('account', in_('id', ids), 'id'),
  },
  {
    text: `update account set exposure_minor = r.e, breach_open = r.o, breaches = r.b, version = r.v
      from unnest($1::text[], $2::bigint[], $3::bool[], $4::int[], $5::int[]) r(i, e, o, b, v) where id = r.i`,
    run: setColumns('account', ['exposure_minor', 'breach_open', 'breaches', 'version']),
  },
  {
    text: `update account set limit_minor = r.l, limit_version = r.n, breach_open = r.o, breaches = r.b, version = r.v
      from unnest($1::text[], $2::bigint[], $3::int[], $4::bool[], $5::int[], $6::int[]) r(i, l, n, o, b, v) where id = r.i`,
    run: setColumns('account', ['limit_minor', 'limit_version', 'breach_open', 'breaches', 'version']),
  },
  {
    text: 'select * from document where id = any($1::text[])',
    run: (command, [ids]) => command.scan('document', in_('id', ids)).map(({ values }) => values),
  },
  {
    text: `insert into document (id, newest, balance_minor, effects) select * from unnest($1::text[], $2::int[], $3::bigint[], $4::int[])
      on conflict (id) do update set newest = excluded.newest, balance_minor = excluded.balance_minor,
        effects = document.effects + excluded.effects`,
    run: async (command, params) => {
      for (const [id, newest, balance, effects] of unnested(params as unknown[][])) {
        const row = { id, newest, balance_minor: balance, effects };
        await command.upsert('document', id as string, row, (before) => ({
          ...{ newest, balance_minor: balance },
          effects: (before.effects as number) + (effects as number),
        }));
      }
      return [];
    },
  },
  {
    text: `insert into handled (record, turn, times) select r, nextval('turn'), 1 from unnest($1::text[]) r
      on conflict (record) do update set times = handled.times + 1`,
    run: async (command, [records]) => {
      for (const record of records as string[]) {
        const row = { record, turn: command.nextId('turn'), times: 1 };
        await command.upsert('handled', record, row, (before) => ({ times: (before.times as number) + 1 }));
      }
      return [];
    },
  },
];
