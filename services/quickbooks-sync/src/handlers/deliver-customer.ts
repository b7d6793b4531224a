import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Logger } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { Log } from '@cashloop/service-shell';
import { QuickBooksClient, type Company } from '../connectors/quickbooks/quickbooks.client.ts';
import { QboFault } from '../connectors/quickbooks/quickbooks.faults.ts';
import { text, type QboObject } from '../connectors/quickbooks/quickbooks.json.ts';
import { customerFields, nameWithCode } from '../domain/customer-fields.ts';
import { Metrics, type SyncResult } from '../metrics.ts';
import { ConnectionStore, type Connection } from '../stores/connection.store.ts';
import { CreatedCustomerStore } from '../stores/created-customer.store.ts';
import { CustomerStore, type Customer } from '../stores/customer.store.ts';

/** Document 3's reply to a customer sync. */
export interface SyncReply {
  ok: boolean;
  qbo_customer_id: string | null;
  customer_id: number;
}

const STALE_TRIES = 3;

/** Creates or updates a customer of the master in QuickBooks. */
@Injectable()
export class DeliverCustomer {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly connections: ConnectionStore,
    private readonly customers: CustomerStore,
    private readonly created: CreatedCustomerStore,
    private readonly client: QuickBooksClient,
    private readonly metrics: Metrics,
    @Log() private readonly log: Logger,
  ) {}

  async sync(orgId: string, customerId: string): Promise<SyncReply> {
    const { all, customer } = await this.runner.read([orgId], async (tx) => ({
      all: await this.connections.all(tx),
      customer: await this.customers.get(tx, orgId, customerId),
    }));
    const usable = all.filter((one) => one.state === 'live' || one.state === 'importing');
    if (usable.length === 0) return this.#reply(orgId, customerId, null, 'skipped');
    if (customer === undefined) return this.#reply(orgId, customerId, null, 'error');
    try {
      const reply = await this.#deliver(usable, customer);
      await this.runner.run([orgId], (tx) => this.customers.synced(tx, orgId, customerId, new Date()));
      return reply;
    } catch (error) {
      this.log.warn(
        { org_id: orgId, customer: customer.teriCode, err: error },
        'a customer could not be synced to QuickBooks',
      );
      if (error instanceof QboFault) return this.#reply(orgId, customerId, null, 'error');
      throw error;
    }
  }

  async #deliver(usable: readonly Connection[], customer: Customer): Promise<SyncReply> {
    const link = customer.links.find((one) => usable.some((connection) => connection.company === one.company));
    const company = { orgId: customer.orgId, realmId: link?.company ?? usable[0]!.company };
    if (link !== undefined) {
      await this.#update(company, link.externalId, customer);
      return this.#reply(customer.orgId, customer.customerId, link.externalId, 'updated');
    }
    const externalId = await this.#create(company, customer, customer.name);
    return this.#reply(customer.orgId, customer.customerId, externalId, 'created');
  }

  /** Sparse: what we do not know stays as it is in QuickBooks. */
  async #update(company: Company, externalId: string, customer: Customer): Promise<void> {
    for (let tries = 1; ; tries++) {
      const { rows } = await this.client.byIds(company, 'Customer', [externalId]);
      if (rows[0] === undefined)
        throw new QboFault('not_found', '610', 404, 'the customer is not in QuickBooks any more');
      const change = {
        ...customerFields(customer),
        Id: externalId,
        SyncToken: text(rows[0], 'SyncToken'),
        sparse: true,
      };
      try {
        await this.client.saveCustomer(company, change, randomUUID());
        return;
      } catch (error) {
        if (!(error instanceof QboFault) || error.kind !== 'stale' || tries >= STALE_TRIES) throw error;
      }
    }
  }

  /** The intent is recorded before the call: a crash in between is resolved by the same request id or the name. */
  async #create(company: Company, customer: Customer, displayName: string): Promise<string> {
    const books = { orgId: company.orgId, company: company.realmId };
    const pending = await this.runner.run([company.orgId], (tx) =>
      this.created.intend(tx, books, customer.customerId, { requestId: randomUUID(), displayName, now: new Date() }),
    );
    if (pending.externalId !== null) return pending.externalId;
    const externalId = await this.#createOrFind(company, customer, displayName, pending.requestId);
    if (externalId === null) return this.#create(company, customer, nameWithCode(customer.name, customer.teriCode));
    await this.runner.run([company.orgId], (tx) =>
      this.created.created(tx, books, customer.customerId, externalId, new Date()),
    );
    return externalId;
  }

  /** @returns null when a vendor or employee has the name: it must be another one */
  async #createOrFind(
    company: Company,
    customer: Customer,
    displayName: string,
    requestId: string,
  ): Promise<string | null> {
    const object: QboObject = { ...customerFields(customer), DisplayName: displayName };
    try {
      return text(await this.client.saveCustomer(company, object, requestId), 'Id');
    } catch (error) {
      if (error instanceof QboFault && error.kind === 'duplicate_name') {
        const existing = await this.client.customerByName(company, displayName);
        if (existing !== undefined) return text(existing, 'Id');
        if (displayName === customer.name) return null;
      }
      await this.runner.run([company.orgId], (tx) =>
        this.created.forget(tx, { orgId: company.orgId, company: company.realmId }, customer.customerId),
      );
      throw error;
    }
  }

  #reply(orgId: string, customerId: string, externalId: string | null, result: SyncResult): SyncReply {
    this.metrics.customerSynced(orgId, result);
    return { ok: externalId !== null, qbo_customer_id: externalId, customer_id: Number(customerId) };
  }
}
