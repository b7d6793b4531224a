import { Injectable } from '@nestjs/common';
import { Commands } from '@cashloop/messaging';
import type { CommandReply } from '@cashloop/messaging';
import type { Tx } from '@cashloop/persistence';
import { ProblemError } from '@cashloop/service-shell';
import { customerUpserted } from '../domain/customer-event.ts';
import { changed } from '../domain/customer.ts';
import type { Customer, CustomerFields } from '../domain/customer.ts';
import type { Link } from '../domain/sighting.ts';
import { Tree } from '../domain/tree.ts';
import { countChange } from '../metrics.ts';
import { CustomerLinkStore } from '../stores/customer-link.store.ts';
import { CustomerStore } from '../stores/customer.store.ts';
import { CustomerView } from '../stores/customer.view.ts';

/** A person changes a customer. */
@Injectable()
export class DoUpdateCustomer {
  constructor(
    private readonly commands: Commands,
    private readonly customers: CustomerStore,
    private readonly links: CustomerLinkStore,
    private readonly view: CustomerView,
  ) {}

  /**
   * @throws ProblemError 404 for an unknown customer, 400 for an unknown parent, 409 when the parent would close a circle
   * or the currency belongs to an accounting system
   */
  run(orgId: string, id: string, wanted: Partial<CustomerFields>, idempotencyKey?: string): Promise<CommandReply> {
    const command = { orgId, name: 'update-customer', idempotencyKey, body: { id, ...wanted } };
    return this.commands.run(command, async ({ tx, now }) => {
      if (wanted.parentId) await this.customers.lockTrees(tx, [orgId]);
      const before = (await this.customers.lock(tx, [id])).get(id);
      if (before === undefined) throw ProblemError.notFound('customer.not_found', `there is no customer ${id}`);
      const links = (await this.links.ofCustomers(tx, [id])).get(id) ?? [];
      refuseCurrency(before, wanted, links);
      if (wanted.parentId) await this.refuseParent(tx, id, wanted.parentId);
      const after = changed(before, wanted);
      if (after !== before) {
        await this.customers.save(tx, [after], now);
        countChange(after, 'updated', 'api');
      }
      return {
        reply: await this.view.get(tx, id),
        events: after === before ? [] : [customerUpserted(after, links, now)],
      };
    });
  }

  private async refuseParent(tx: Tx, id: string, parentId: string): Promise<void> {
    const parents = await this.customers.parentsOf(tx, [id, parentId]);
    if (!parents.has(parentId)) throw ProblemError.invalid('parent_id', 'is not a customer of this org');
    if (new Tree(parents).hang(id, parentId)) return;
    throw ProblemError.conflict('customer.parent_circle', `customer ${parentId} is customer ${id} itself or below it`);
  }
}

/** A customer's documents are in its currency: once an accounting system knows it, that system says which. */
function refuseCurrency(before: Customer, wanted: Partial<CustomerFields>, links: readonly Link[]): void {
  const { currency } = wanted;
  if (currency === undefined || currency === before.currency || links.length === 0) return;
  const detail = `the currency of customer ${before.id} comes from ${links[0]!.system}`;
  throw ProblemError.conflict('customer.currency_fixed', detail);
}
