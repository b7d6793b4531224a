import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Logger } from '@cashloop/messaging';
import { TransactionRunner, type Tx } from '@cashloop/persistence';
import { Log } from '@cashloop/service-shell';
import { QuickBooksClient, type Company, type QboRows } from '../connectors/quickbooks/quickbooks.client.ts';
import { QboFault, ReconsentNeeded, type FaultKind } from '../connectors/quickbooks/quickbooks.faults.ts';
import { text, type QboObject } from '../connectors/quickbooks/quickbooks.json.ts';
import { mapRows } from '../connectors/quickbooks/quickbooks.rows.ts';
import { customerFields, displayName, nameWithCode } from '../domain/customer-fields.ts';
import { Metrics, type SyncResult } from '../metrics.ts';
import { ConnectionStore, type Connection } from '../stores/connection.store.ts';
import { CreatedCustomerStore } from '../stores/created-customer.store.ts';
import { CustomerStore, type Customer } from '../stores/customer.store.ts';
import { DoSaveReading } from './do-save-reading.ts';

/** Document 3's reply to a customer sync. */
export interface SyncReply {
  ok: boolean;
  qbo_customer_id: string | null;
  customer_id: number;
}

const STALE_TRIES = 3;
// A customer made a moment ago is on its way here from the customer master.
const NEW_CUSTOMER_WAITS_MS = 2_000;
const ASKS_EVERY_MS = 100;
// Faults that do not say whether the write was done.
const UNCLEAR: ReadonlySet<FaultKind> = new Set(['unreachable', 'system', 'throttled']);

/** Creates or updates a customer of the master in QuickBooks. */
@Injectable()
export class DeliverCustomer {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly connections: ConnectionStore,
    private readonly customers: CustomerStore,
    private readonly created: CreatedCustomerStore,
    private readonly client: QuickBooksClient,
    private readonly saver: DoSaveReading,
    private readonly metrics: Metrics,
    @Log() private readonly log: Logger,
  ) {}

  async sync(orgId: string, customerId: string): Promise<SyncReply> {
    const all = await this.runner.read([orgId], (tx) => this.connections.all(tx));
    const usable = all.filter((one) => one.state === 'live' || one.state === 'importing');
    if (usable.length === 0) return this.#reply(orgId, customerId, null, 'skipped');
    const customer = await this.#customer(orgId, customerId);
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
      if (error instanceof QboFault || error instanceof ReconsentNeeded)
        return this.#reply(orgId, customerId, null, 'error');
      throw error;
    }
  }

  async #customer(orgId: string, customerId: string): Promise<Customer | undefined> {
    const endMs = Date.now() + NEW_CUSTOMER_WAITS_MS;
    for (;;) {
      const customer = await this.runner.read([orgId], (tx) => this.customers.get(tx, orgId, customerId));
      if (customer !== undefined || Date.now() >= endMs) return customer;
      await setTimeout(ASKS_EVERY_MS);
    }
  }

  async #deliver(usable: readonly Connection[], customer: Customer): Promise<SyncReply> {
    const { orgId, customerId, links } = customer;
    const link = links.find((one) => usable.some((connection) => connection.company === one.company));
    if (link !== undefined) {
      await this.#update({ orgId, realmId: link.company }, link.externalId, customer);
      return this.#reply(orgId, customerId, link.externalId, 'updated');
    }
    const externalId = await this.#create(usable[0]!, customer, displayName(customer.name));
    return this.#reply(orgId, customerId, externalId, 'created');
  }

  /** Sparse: what we do not know stays as it is in QuickBooks. */
  async #update(company: Company, externalId: string, customer: Customer): Promise<void> {
    const coded = nameWithCode(customer.name, customer.teriCode);
    let name = displayName(customer.name);
    for (let tries = 1; ; tries++) {
      const { rows } = await this.client.byIds(company, 'Customer', [externalId]);
      if (rows[0] === undefined)
        throw new QboFault('not_found', '610', 404, 'the customer is not in QuickBooks any more');
      if (text(rows[0], 'DisplayName') === coded) name = coded;
      const SyncToken = text(rows[0], 'SyncToken');
      const change = { ...customerFields(customer), DisplayName: name, Id: externalId, SyncToken, sparse: true };
      try {
        await this.client.saveCustomer(company, change, randomUUID());
        return;
      } catch (error) {
        if (!(error instanceof QboFault) || tries >= STALE_TRIES) throw error;
        if (error.kind === 'duplicate_name' && name !== coded) name = coded;
        else if (error.kind !== 'stale') throw error;
      }
    }
  }

  /** The intent is recorded before the call: a crash in between is resolved by the same request id or the name. */
  async #create(connection: Connection, customer: Customer, name: string): Promise<string> {
    const pending = await this.#locked(connection, (tx) =>
      this.created.intend(tx, connection, customer.customerId, {
        requestId: randomUUID(),
        displayName: name,
        now: new Date(),
      }),
    );
    if (pending.externalId !== null) return pending.externalId;
    const answer = await this.#createOrFind(connection, customer, name, pending.requestId);
    if (answer === null) return this.#create(connection, customer, nameWithCode(customer.name, customer.teriCode));
    // What QuickBooks answered is a reading: the customer master hears of it at once, not with the next webhook.
    const { customers, misread } = mapRows('Customer', answer.rows, connection.homeCurrency);
    const reading = { readAt: answer.time, customers, documents: [], deletions: [], misread };
    await this.saver.save(connection, reading, { observed: 'live' });
    return text(answer.rows[0]!, 'Id');
  }

  /** @returns null when a vendor, an employee or another customer has the name: it must be another one */
  async #createOrFind(
    connection: Connection,
    customer: Customer,
    name: string,
    requestId: string,
  ): Promise<QboRows | null> {
    const company = { orgId: connection.orgId, realmId: connection.company };
    const object: QboObject = { ...customerFields(customer), DisplayName: name };
    const { customerId } = customer;
    try {
      const made = await this.client.saveCustomer(company, object, requestId);
      const externalId = text(made.rows[0]!, 'Id');
      await this.#locked(connection, (tx) => this.created.created(tx, connection, customerId, externalId, new Date()));
      return made;
    } catch (error) {
      if (!(error instanceof QboFault)) throw error;
      if (error.kind === 'duplicate_name') {
        const existing = await this.client.customerByName(company, name);
        const externalId = existing.rows[0] && text(existing.rows[0], 'Id');
        const adopt = (tx: Tx, id: string) => this.created.adopt(tx, connection, customerId, id, new Date());
        if (externalId && (await this.#locked(connection, (tx) => adopt(tx, externalId)))) return existing;
        if (name === displayName(customer.name)) return null;
      }
      // After an unclear answer the customer may be there: the intent stays, so that its sight is known for ours.
      if (!UNCLEAR.has(error.kind))
        await this.#locked(connection, (tx) => this.created.forget(tx, connection, customerId));
      throw error;
    }
  }

  /** Readings that show the customer wait meanwhile, and then know whose it is. */
  #locked<R>({ orgId, company }: Connection, fn: (tx: Tx) => Promise<R>): Promise<R> {
    return this.runner.run([orgId], async (tx) => {
      await this.connections.lock(tx, orgId, company);
      return fn(tx);
    });
  }

  #reply(orgId: string, customerId: string, externalId: string | null, result: SyncResult): SyncReply {
    this.metrics.customerSynced(orgId, result);
    return { ok: externalId !== null, qbo_customer_id: externalId, customer_id: Number(customerId) };
  }
}
