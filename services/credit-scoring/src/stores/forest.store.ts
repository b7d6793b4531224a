import { Injectable } from '@nestjs/common';
import type { CustomerState, Event } from '@cashloop/events';
import type { Tx } from '@cashloop/persistence';
import { accountKey, type Account, type Cause } from '../domain/account.ts';
import { strangers } from '../domain/membership.ts';
import { AccountStore, StaleRead, type CustomerRef } from './account.store.ts';
import { customerFrom, CustomerStore, type Customer } from './customer.store.ts';

/** Whole customer trees, locked, with the news about them. Keys are `org:customer`. */
export interface Forest {
  readonly accounts: ReadonlyMap<string, Account>;
  /** With the news. */
  readonly customers: ReadonlyMap<string, Customer>;
  /** Newest state of each customer that has news. */
  readonly news: readonly Customer[];
  /** Customers whose parent, currency or links changed, and by which event. */
  readonly changed: ReadonlyMap<string, Cause>;
}

const TREES = `
  with asked as materialized (select * from unnest($1::bigint[], $2::bigint[]) as t (org_id, id)),
  tops as materialized (
    select org_id, id from asked
    union
    select a.org_id, a.root_id from account a join asked t on a.org_id = t.org_id and a.account_id = t.id)
  select org_id, id from tops
  union
  select a.org_id, a.account_id from tops t join account a on a.org_id = t.org_id and a.root_id = t.id
  where a.root_id <> a.account_id`;

/** Locks the trees that news of customers touch. */
@Injectable()
export class ForestStore {
  constructor(
    private readonly accounts: AccountStore,
    private readonly customers: CustomerStore,
  ) {}

  async lock(tx: Tx, events: readonly Event<CustomerState>[]): Promise<Forest> {
    const named = events.flatMap(({ orgId, data }) =>
      [data.customerId, data.parentCustomerId].filter((id) => id !== '').map((customerId) => ({ orgId, customerId })),
    );
    const accounts = await this.accounts.lock(tx, await this.#trees(tx, named));
    if (strangers(accounts).length > 0) throw new StaleRead('a tree of customers changed meanwhile');
    const before = await this.customers.load(
      tx,
      [...accounts.values()].map(({ orgId, accountId }) => ({ orgId, customerId: accountId })),
    );
    return { accounts, ...apply(events, before) };
  }

  async #trees(tx: Tx, named: readonly CustomerRef[]): Promise<CustomerRef[]> {
    const rows = await tx.prepared<{ org_id: string; id: string }>('credit_trees', TREES, [
      named.map((ref) => ref.orgId),
      named.map((ref) => ref.customerId),
    ]);
    return rows.map((row) => ({ orgId: row.org_id, customerId: row.id }));
  }
}

function apply(
  events: readonly Event<CustomerState>[],
  before: ReadonlyMap<string, Customer>,
): Omit<Forest, 'accounts'> {
  const customers = new Map(before);
  const news = new Map<string, Customer>();
  const changed = new Map<string, Cause>();
  for (const event of events) {
    const customer = customerFrom(event.orgId, event.data);
    const key = accountKey(customer.orgId, customer.customerId);
    const known = customers.get(key);
    if (known !== undefined && known.version >= customer.version) continue;
    if (known === undefined || differs(known, customer)) changed.set(key, { eventId: event.id, at: event.time });
    customers.set(key, customer);
    news.set(key, customer);
  }
  return { customers, news: [...news.values()], changed };
}

const differs = (a: Customer, b: Customer): boolean =>
  a.currency !== b.currency || a.parentId !== b.parentId || linksOf(a) !== linksOf(b);

const linksOf = (customer: Customer): string =>
  customer.links
    .map((link) => `${link.system}:${link.company}`)
    .sort()
    .join();
