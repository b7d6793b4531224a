import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Company } from '../domain/company.ts';
import { customerJson, txnJson } from '../domain/document-json.ts';
import type { ExactObject } from '../domain/exact-json.ts';
import type { Application, Customer, Txn } from '../domain/records.ts';
import { ApplicationStore } from './application.store.ts';

/** Documents as Intuit answers them, many at a time. */
@Injectable()
export class DocumentView {
  constructor(private readonly applications: ApplicationStore) {}

  async txns(tx: Tx, company: Company, txns: readonly Txn[]): Promise<ExactObject[]> {
    if (txns.length === 0) return [];
    const { realmId } = company;
    const ids = txns.map((txn) => txn.id);
    const names = await this.#names(tx, realmId, [...new Set(txns.map((txn) => txn.customerId))]);
    const lines = byDocument(await this.applications.touching(tx, realmId, ids));
    return txns.map((txn) =>
      txnJson(txn, company, { customerName: names.get(txn.customerId) ?? '', applications: lines.get(txn.id) ?? [] }),
    );
  }

  async customers(tx: Tx, company: Company, customers: readonly Customer[]): Promise<ExactObject[]> {
    if (customers.length === 0) return [];
    const { realmId } = company;
    const parents = await this.#names(tx, realmId, [
      ...new Set(customers.flatMap((customer) => customer.parentId ?? [])),
    ]);
    const jobs = await tx.query<{ parent_id: string; minor: string }>(
      `select parent_id, sum(balance_minor) minor from customer
       where realm_id = $1 and parent_id = any($2::bigint[]) group by parent_id`,
      [realmId, customers.map((customer) => customer.id)],
    );
    const jobsMinor = new Map(jobs.map((row) => [row.parent_id, BigInt(row.minor)]));
    return customers.map((customer) =>
      customerJson(customer, company, {
        parentName: parents.get(customer.parentId ?? ''),
        jobsMinor: jobsMinor.get(customer.id) ?? 0n,
      }),
    );
  }

  async #names(tx: Tx, realmId: string, ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await tx.query<{ id: string; display_name: string }>(
      'select id, display_name from customer where realm_id = $1 and id = any($2::bigint[])',
      [realmId, ids],
    );
    return new Map(rows.map((row) => [row.id, row.display_name]));
  }
}

/** A line belongs to its payment and to the document it names. */
function byDocument(lines: readonly Application[]): Map<string, Application[]> {
  const map = new Map<string, Application[]>();
  for (const line of lines) {
    for (const id of [line.paymentId, line.targetId]) map.set(id, [...(map.get(id) ?? []), line]);
  }
  return map;
}
