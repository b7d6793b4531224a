import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { accountKey } from '../domain/account.ts';
import { memberOf } from '../domain/company-facts.ts';
import type { OpenAmount } from '../domain/exposure.ts';
import type { OrgPolicy } from '../domain/policy.ts';
import type { Parts } from '../domain/rebuild.ts';
import { CompanyFactsStore } from './company-facts.store.ts';
import { CustomerStore } from './customer.store.ts';

/** An account and who belongs to it. */
export interface Membership {
  readonly orgId: string;
  readonly accountId: string;
  readonly memberIds: readonly string[];
}

interface AmountRow {
  org_id: string;
  customer_id: string;
  currency: string;
  exchange_rate: string;
  owed_minor: string;
}

const ofTable = (name: string): string =>
  `select d.org_id, d.customer_id, d.currency, d.exchange_rate, d.owed_minor from t
   join ${name} d on d.org_id = t.org_id and d.customer_id = t.customer_id where d.owed_minor <> 0`;

// Every document counts by itself: a foreign one is rounded when it is converted, so no sums here.
const AMOUNTS = `
  with t as materialized (select * from unnest($1::bigint[], $2::bigint[]) as u (org_id, customer_id))
  ${['invoice', 'payment', 'credit_note', 'ar_adjustment'].map(ofTable).join(' union all ')}`;

/** What accounts are made of, from rows alone. Call under the accounts' locks. */
@Injectable()
export class PartsStore {
  constructor(
    private readonly customers: CustomerStore,
    private readonly facts: CompanyFactsStore,
  ) {}

  /** By account key. */
  async load(
    tx: Tx,
    accounts: readonly Membership[],
    policies: ReadonlyMap<string, OrgPolicy>,
  ): Promise<Map<string, Parts>> {
    const refs = accounts.flatMap(({ orgId, memberIds }) => memberIds.map((customerId) => ({ orgId, customerId })));
    const customers = await this.customers.load(tx, refs);
    const facts = await this.facts.load(tx, refs);
    const amounts = await this.amounts(tx, refs);
    const parts = ({ orgId, memberIds }: Membership): Parts => ({
      members: memberIds.map((id) => memberOf(id, customers.get(`${orgId}:${id}`), facts.get(`${orgId}:${id}`))),
      amounts: memberIds.flatMap((id) => amounts.get(`${orgId}:${id}`) ?? []),
      homeCurrency: policies.get(orgId)?.homeCurrency ?? null,
    });
    return new Map(accounts.map((one) => [accountKey(one.orgId, one.accountId), parts(one)]));
  }

  /** Everything open of these customers, by `org:customer`. */
  async amounts(tx: Tx, refs: readonly { orgId: string; customerId: string }[]): Promise<Map<string, OpenAmount[]>> {
    const rows = await tx.prepared<AmountRow>('credit_amounts', AMOUNTS, [
      refs.map((ref) => ref.orgId),
      refs.map((ref) => ref.customerId),
    ]);
    const amounts = new Map<string, OpenAmount[]>();
    for (const row of rows) {
      const key = `${row.org_id}:${row.customer_id}`;
      const amount = { currency: row.currency, exchangeRate: row.exchange_rate, owedMinor: BigInt(row.owed_minor) };
      const known = amounts.get(key);
      if (known === undefined) amounts.set(key, [amount]);
      else known.push(amount);
    }
    return amounts;
  }
}
