import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Logger } from '@cashloop/messaging';
import { TransactionRunner, type Tx } from '@cashloop/persistence';
import { Log } from '@cashloop/service-shell';
import { QuickBooksClient, type CreateAnswer, type QboRows } from '../connectors/quickbooks/quickbooks.client.ts';
import { QboFault, ReconsentNeeded } from '../connectors/quickbooks/quickbooks.faults.ts';
import { text, type QboObject } from '../connectors/quickbooks/quickbooks.json.ts';
import { mapRows } from '../connectors/quickbooks/quickbooks.rows.ts';
import { customerFields, displayName, nameAfter } from '../domain/customer-fields.ts';
import { Metrics, type SyncResult } from '../metrics.ts';
import { ConnectionStore, type Connection } from '../stores/connection.store.ts';
import { CreatedCustomerStore, type CustomerClaim } from '../stores/created-customer.store.ts';
import { CustomerStore, type Customer } from '../stores/customer.store.ts';
import { DeliverUpdate } from './deliver-update.ts';
import { DoSaveReading } from './do-save-reading.ts';

/** Document 3's reply to a customer sync. */
export interface SyncReply {
  ok: boolean;
  qbo_customer_id: string | null;
  customer_id: number;
}

type Link = Customer['links'][number];

// A customer made a moment ago is on its way here from the customer master.
const NEW_CUSTOMER_WAITS_MS = 2_000;
const ASKS_EVERY_MS = 100;

/** Creates or updates a customer of the master in QuickBooks. */
@Injectable()
export class DeliverCustomer {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly connections: ConnectionStore,
    private readonly customers: CustomerStore,
    private readonly created: CreatedCustomerStore,
    private readonly updates: DeliverUpdate,
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
    const { orgId, customerId } = customer;
    const link = linkIn(usable, customer);
    if (link === undefined) return this.#create(usable, customer);
    const connection = usable.find((one) => one.company === link.company)!;
    const done = await this.updates.update({ connection, externalId: link.externalId, customerId });
    if (done !== undefined) return this.#reply(orgId, customerId, link.externalId, 'updated');
    return this.#deliver(usable, await this.#reloaded(customer));
  }

  /** Where the customer master has it, now that its place has turned out to be another one's. */
  async #reloaded(customer: Customer): Promise<Customer> {
    const { orgId, customerId } = customer;
    return (await this.runner.read([orgId], (tx) => this.customers.get(tx, orgId, customerId))) ?? customer;
  }

  /**
   * The claim comes before the call and holds its request id and its name: whatever happens after it, the next sync asks
   * for the same customer, also when it is called otherwise by then.
   */
  async #create(usable: readonly Connection[], seen: Customer, taken?: string): Promise<SyncReply> {
    const connection = usable[0]!;
    const { customer, claim } = await this.#claim(usable, seen, taken);
    if (claim === undefined) return this.#deliver(usable, customer);
    const company = { orgId: connection.orgId, realmId: connection.company };
    const object: QboObject = { ...customerFields(customer), DisplayName: claim.displayName };
    const answer = await this.client.createCustomer(company, object, claim);
    if (answer.kind === 'refused') {
      await this.#locked(connection, (tx) => this.created.forget(tx, connection, claim));
      throw answer.fault;
    }
    const externalId = await this.#record(connection, claim, answer);
    if (externalId === undefined) return this.#create(usable, customer, claim.displayName);
    const { orgId, customerId } = customer;
    // An earlier sync may have sent what the customer was then.
    const changed = claim.sent ? await this.updates.update({ connection, externalId, customerId }) : undefined;
    await this.#read(connection, changed ?? answer);
    if (claim.sent && changed === undefined) return this.#deliver(usable, await this.#reloaded(customer));
    return this.#reply(orgId, customerId, externalId, 'created');
  }

  /** @returns no claim when a link came since the customer was `seen` */
  #claim(
    usable: readonly Connection[],
    seen: Customer,
    taken: string | undefined,
  ): Promise<{ customer: Customer; claim?: CustomerClaim }> {
    const connection = usable[0]!;
    const { orgId, customerId } = seen;
    return this.#locked(connection, async (tx) => {
      const customer = (await this.customers.lock(tx, orgId, customerId)) ?? seen;
      if (linkIn(usable, customer) !== undefined) return { customer };
      let name = taken === undefined ? displayName(customer.name) : otherName(taken, customer);
      if (await this.created.claimedByOther(tx, connection, customerId, name)) name = otherName(name, customer);
      const fields = { requestId: randomUUID(), displayName: name, now: new Date() };
      return { customer, claim: await this.created.claim(tx, connection, customerId, fields) };
    });
  }

  /** @returns undefined when it is another one that is there: this customer needs another name */
  #record(
    connection: Connection,
    claim: CustomerClaim,
    { kind, rows: [row] }: CreateAnswer & QboRows,
  ): Promise<string | undefined> {
    const keep = kind === 'made' ? 'created' : 'adopt';
    const externalId = row && text(row, 'Id');
    return this.#locked(connection, async (tx) => {
      if (externalId && (await this.created[keep](tx, connection, claim.customerId, externalId, new Date())))
        return externalId;
      await this.created.forget(tx, connection, claim);
      return undefined;
    });
  }

  /** What QuickBooks answered is a reading: the customer master hears of it at once, not with the next webhook. */
  async #read(connection: Connection, { rows, time }: QboRows): Promise<void> {
    const { customers, misread } = mapRows('Customer', rows, connection.homeCurrency);
    const reading = { readAt: time, customers, documents: [], deletions: [], misread };
    await this.saver.save(connection, reading, { observed: 'live' });
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

const linkIn = (usable: readonly Connection[], { links }: Customer): Link | undefined =>
  links.find((one) => usable.some((connection) => connection.company === one.company));

/** @throws QboFault when no name is left */
function otherName(taken: string, customer: Customer): string {
  const other = nameAfter(taken, customer);
  if (other === undefined) throw new QboFault('duplicate_name', '6240', 400, 'every name of the customer is taken');
  return other;
}
