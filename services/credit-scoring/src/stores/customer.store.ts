import { Injectable } from '@nestjs/common';
import type { CustomerState } from '@cashloop/events';
import type { Tx } from '@cashloop/persistence';
import type { MasterFacts } from '../domain/company-facts.ts';
import type { Link } from '../domain/readiness.ts';
import type { CustomerRef } from './account.store.ts';
import { json } from './json.row.ts';

/** A customer of the master, as far as credit needs it. */
export interface Customer extends MasterFacts {
  readonly orgId: string;
  readonly customerId: string;
  readonly version: number;
  readonly teriCode: string;
  readonly currency: string;
  /** Empty at the top of a tree. */
  readonly parentId: string;
  readonly active: boolean;
}

interface Row {
  org_id: string;
  customer_id: string;
  version: number;
  teri_code: string;
  currency: string;
  parent_id: string | null;
  active: boolean;
  links: Link[];
}

const SAVE = `
  insert into customer (org_id, customer_id, version, teri_code, currency, parent_id, active, links)
  select * from jsonb_to_recordset($1) as t (org_id bigint, customer_id bigint, version int, teri_code text, currency text,
    parent_id bigint, active boolean, links jsonb)
  on conflict (org_id, customer_id) do update set version = excluded.version, teri_code = excluded.teri_code,
    currency = excluded.currency, parent_id = excluded.parent_id, active = excluded.active, links = excluded.links
    where customer.version < excluded.version`;

/** The copy of the customer master: no names, no addresses. */
@Injectable()
export class CustomerStore {
  /** By `org:customer`. */
  async load(tx: Tx, refs: readonly CustomerRef[]): Promise<Map<string, Customer>> {
    if (refs.length === 0) return new Map();
    const rows = await tx.prepared<Row>(
      'credit_customer_load',
      `select c.* from (select distinct * from unnest($1::bigint[], $2::bigint[]) as u (org_id, customer_id)) t
       join customer c using (org_id, customer_id)`,
      [refs.map((ref) => ref.orgId), refs.map((ref) => ref.customerId)],
    );
    return new Map(rows.map((row) => [`${row.org_id}:${row.customer_id}`, customerOf(row)]));
  }

  async save(tx: Tx, customers: readonly Customer[]): Promise<void> {
    const rows = customers.map((one) => ({
      org_id: one.orgId,
      customer_id: one.customerId,
      version: one.version,
      teri_code: one.teriCode,
      currency: one.currency,
      parent_id: one.parentId === '' ? null : one.parentId,
      active: one.active,
      links: one.links,
    }));
    if (rows.length > 0) await tx.prepared('credit_customer_save', SAVE, [json(rows)]);
  }
}

const customerOf = (row: Row): Customer => ({
  orgId: row.org_id,
  customerId: row.customer_id,
  version: row.version,
  teriCode: row.teri_code,
  currency: row.currency,
  parentId: row.parent_id ?? '',
  active: row.active,
  links: row.links,
});

/** A customer as the master's event tells it. */
export const customerFrom = (orgId: string, state: CustomerState): Customer => ({
  orgId,
  customerId: state.customerId,
  version: state.version,
  teriCode: state.teriCode,
  currency: state.currency,
  parentId: state.parentCustomerId,
  active: state.active,
  links: state.links.map(({ system, company }) => ({ system, company })),
});
