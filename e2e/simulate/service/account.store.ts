import type { Tx } from '@cashloop/persistence';

export interface Account {
  id: string;
  /** Null: nobody set one, so nothing can be above it. */
  limit_minor: string | null;
  limit_version: number;
  exposure_minor: string;
  breach_open: boolean;
  breaches: number;
  version: number;
}

const fresh = (id: string): Account => ({
  ...{ id, limit_minor: null, limit_version: 0, exposure_minor: '0' },
  ...{ breach_open: false, breaches: 0, version: 0 },
});

const makeAccounts = (tx: Tx, ids: readonly string[]): Promise<unknown> =>
  tx.query('insert into account (id) select i from unnest($1::text[]) i order by i on conflict do nothing', [ids]);

/** Makes the accounts exist, locks them in order, and only then reads them. */
export async function lockAccounts(tx: Tx, ids: readonly string[]): Promise<Map<string, Account>> {
  await makeAccounts(tx, ids);
  const rows = await tx.query<Account>('select * from account where id = any($1::text[]) order by id for update', [
    ids,
  ]);
  const accounts = new Map(rows.map((row) => [row.id, { ...row }]));
  for (const id of ids) if (!accounts.has(id)) accounts.set(id, fresh(id));
  return accounts;
}

export async function saveExposures(tx: Tx, accounts: readonly Account[]): Promise<void> {
  await tx.query(
    `update account set exposure_minor = r.e, breach_open = r.o, breaches = r.b, version = r.v
      from unnest($1::text[], $2::bigint[], $3::bool[], $4::int[], $5::int[]) r(i, e, o, b, v) where id = r.i`,
    columns(accounts, 'id', 'exposure_minor', 'breach_open', 'breaches', 'version'),
  );
}

export async function saveLimits(tx: Tx, accounts: readonly Account[]): Promise<void> {
  await tx.query(
    `update account set limit_minor = r.l, limit_version = r.n, breach_open = r.o, breaches = r.b, version = r.v
      from unnest($1::text[], $2::bigint[], $3::int[], $4::bool[], $5::int[], $6::int[]) r(i, l, n, o, b, v) where id = r.i`,
    columns(accounts, 'id', 'limit_minor', 'limit_version', 'breach_open', 'breaches', 'version'),
  );
}

const columns = (accounts: readonly Account[], ...names: (keyof Account)[]): unknown[][] =>
  names.map((name) => accounts.map((account) => account[name]));
