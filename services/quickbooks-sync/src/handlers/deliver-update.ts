import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { TransactionRunner, type Tx } from '@cashloop/persistence';
import { QuickBooksClient, type QboRows } from '../connectors/quickbooks/quickbooks.client.ts';
import { QboFault } from '../connectors/quickbooks/quickbooks.faults.ts';
import { shows, text, type QboObject } from '../connectors/quickbooks/quickbooks.json.ts';
import { customerFields, displayName, nameWithCode } from '../domain/customer-fields.ts';
import { ConnectionStore, type Connection } from '../stores/connection.store.ts';
import { CustomerStore, type Customer } from '../stores/customer.store.ts';
import { CustomerUpdateStore, type UpdateClaim } from '../stores/customer-update.store.ts';

/** Where a customer of the master stands in QuickBooks. */
interface Place {
  connection: Connection;
  externalId: string;
  customerId: string;
}

const TRIES = 3;

/** Changes a customer in QuickBooks to what the master says of it. */
@Injectable()
export class DeliverUpdate {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly connections: ConnectionStore,
    private readonly customers: CustomerStore,
    private readonly updates: CustomerUpdateStore,
    private readonly client: QuickBooksClient,
  ) {}

  /**
   * The claim comes before the call and holds its request id and its change: while the same change is wanted, what became
   * of it is asked under these before anything else is sent.
   * @returns undefined when this is not the customer's place any more
   */
  async update(place: Place): Promise<QboRows | undefined> {
    const { connection, externalId } = place;
    const company = { orgId: connection.orgId, realmId: connection.company };
    let before: Customer | undefined;
    let taken: string | undefined;
    for (let tries = 1; ;) {
      const read = await this.client.byIds(company, 'Customer', [externalId]);
      const [row] = read.rows;
      if (row === undefined) throw new QboFault('not_found', '610', 404, 'the customer is not in QuickBooks any more');
      if (before !== undefined && shows(row, fieldsFor(before, row, taken))) return read;
      const claimed = await this.#claim(place, row, taken);
      if (claimed === undefined) return undefined;
      const { customer, claim } = claimed;
      const answer = await this.client.updateCustomer(company, claim.change, claim);
      await this.#locked(connection, (tx) => this.updates.end(tx, connection, claim));
      if (claim.sent) before = customer;
      else if (answer.kind === 'made') return answer;
      else taken = takenAfter(answer.fault, claim, customer, tries++) ?? taken;
    }
  }

  #claim(
    { connection, externalId, customerId }: Place,
    row: QboObject,
    taken: string | undefined,
  ): Promise<{ customer: Customer; claim: UpdateClaim & { sent: boolean } } | undefined> {
    const { orgId, company } = connection;
    return this.#locked(connection, async (tx) => {
      const customer = await this.customers.lock(tx, orgId, customerId);
      const stands = customer?.links.some((link) => link.company === company && link.externalId === externalId);
      if (customer === undefined || !stands) return undefined;
      // Sparse: what we do not know stays as it is in QuickBooks.
      const version = { Id: externalId, SyncToken: text(row, 'SyncToken'), sparse: true };
      const change = { ...fieldsFor(customer, row, taken), ...version };
      const wanted = { customerId, externalId, requestId: randomUUID(), change };
      return { customer, claim: await this.updates.claim(tx, connection, wanted, new Date()) };
    });
  }

  #locked<R>({ orgId, company }: Connection, fn: (tx: Tx) => Promise<R>): Promise<R> {
    return this.runner.run([orgId], async (tx) => {
      await this.connections.lock(tx, orgId, company);
      return fn(tx);
    });
  }
}

/** A name with the code stays one: the plain name was taken when the customer got it. */
function fieldsFor(customer: Customer, row: QboObject, taken: string | undefined): QboObject {
  const [plain, coded] = [displayName(customer.name), nameWithCode(customer.name, customer.teriCode)];
  const DisplayName = taken === plain || text(row, 'DisplayName') === coded ? coded : plain;
  return { ...customerFields(customer), DisplayName };
}

/**
 * Which name somebody else has, when that is why; none when the customer was changed since it was read.
 * @throws QboFault when it is of no use to try again
 */
function takenAfter(fault: QboFault, { change }: UpdateClaim, customer: Customer, tries: number): string | undefined {
  const name = text(change, 'DisplayName');
  if (tries >= TRIES) throw fault;
  if (fault.kind === 'duplicate_name' && name !== nameWithCode(customer.name, customer.teriCode)) return name;
  if (fault.kind !== 'stale') throw fault;
  return undefined;
}
