import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { ExactObject } from '../domain/exact-json.ts';
import { businessRule, duplicateName, invalidReference, notFound, unsupported } from '../domain/faults.ts';
import type { Customer } from '../domain/records.ts';
import { checkSyncToken, idOf, type WriteContext } from '../domain/write-request.ts';
import { writeCustomer } from '../domain/write-customer.ts';
import { AnnounceStore } from '../stores/announce.store.ts';
import { CustomerStore } from '../stores/customer.store.ts';
import { DocumentView } from '../stores/document.view.ts';
import type { WriteRequest } from './do-write-document.ts';

/** The customer's part of a write; customers are made inactive, never voided or deleted. */
@Injectable()
export class DoWriteCustomer {
  constructor(
    private readonly customers: CustomerStore,
    private readonly documents: DocumentView,
    private readonly announcements: AnnounceStore,
  ) {}

  /** @throws ApiFault 500, 610, 2500, 5010, 6000, 6240 */
  async write(tx: Tx, { realmId, operation, body }: WriteRequest, context: WriteContext): Promise<ExactObject> {
    if (operation !== 'create' && operation !== 'update') throw unsupported(`${operation} on Customer`);
    const before = operation === 'create' ? undefined : await this.#find(tx, realmId, idOf(body));
    if (before !== undefined) checkSyncToken(body, before.syncToken);
    const customer = writeCustomer(body, before, context);
    if ((await this.customers.idOfName(tx, realmId, customer.displayName, customer.id)) !== undefined)
      throw duplicateName();
    await this.#checkParent(tx, realmId, customer);
    await this.customers.save(tx, realmId, [customer]);
    const event = before === undefined ? 'created' : 'updated';
    await this.announcements.add(tx, context.company, [{ kind: 'Customer', id: customer.id, event }]);
    const [document] = await this.documents.customers(tx, context.company, [customer]);
    return document!;
  }

  async #find(tx: Tx, realmId: string, id: string): Promise<Customer> {
    const [found] = /^\d{1,18}$/.test(id) ? await this.customers.findAll(tx, realmId, [id]) : [];
    if (found === undefined) throw notFound(`Customer ${id}`);
    return found;
  }

  async #checkParent(tx: Tx, realmId: string, customer: Customer): Promise<void> {
    if (customer.parentId === null) return;
    const [parent] = /^\d{1,18}$/.test(customer.parentId)
      ? await this.customers.findAll(tx, realmId, [customer.parentId])
      : [];
    if (parent === undefined) throw invalidReference(`Names element id ${customer.parentId}`);
    if (parent.currency !== customer.currency)
      throw businessRule('A sub-customer has the currency of its parent', 'CurrencyRef');
    if (parent.parentId === customer.id) throw businessRule('A customer cannot be its own parent', 'ParentRef');
  }
}
