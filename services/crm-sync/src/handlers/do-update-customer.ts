import { Injectable } from '@nestjs/common';
import { Commands } from '@cashloop/messaging';
import type { CommandReply } from '@cashloop/messaging';
import type { Tx } from '@cashloop/persistence';
import { ProblemError } from '@cashloop/service-shell';
import { customerUpserted } from '../domain/customer-event.ts';
import { changed } from '../domain/customer.ts';
import type { Customer, CustomerFields } from '../domain/customer.ts';
import { firstSide, type OtherCurrencyRefused } from '../domain/other-currency.ts';
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
   * @throws ProblemError 404 for an unknown customer, 400 for an unknown parent or other customer, 409 when the parent would
   * close a circle, the currency belongs to an accounting system, or the other customer's currency is the same
   */
  run(orgId: string, id: string, wanted: Partial<CustomerFields>, idempotencyKey?: string): Promise<CommandReply> {
    const command = { orgId, name: 'update-customer', idempotencyKey, body: { id, ...wanted } };
    return this.commands.run(command, async ({ tx, now }) => {
      if (wanted.parentId || wanted.otherCurrencyOf) await this.customers.lockTrees(tx, [orgId]);
      const locked = await this.customers.lock(tx, wanted.otherCurrencyOf ? [id, wanted.otherCurrencyOf] : [id]);
      const before = locked.get(id);
      if (before === undefined) throw ProblemError.notFound('customer.not_found', `there is no customer ${id}`);
      const links = (await this.links.ofCustomers(tx, [id])).get(id) ?? [];
      refuseCurrency(before, wanted, links);
      if (wanted.parentId) await this.refuseParent(tx, id, wanted.parentId);
      const named = wanted.otherCurrencyOf ? await this.firstSide(tx, before, locked.get(wanted.otherCurrencyOf)) : {};
      const after = changed(before, { ...wanted, ...named });
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

  private async firstSide(
    tx: Tx,
    before: Customer,
    named: Customer | undefined,
  ): Promise<Pick<CustomerFields, 'otherCurrencyOf'>> {
    if (named === undefined) throw ProblemError.invalid('other_currency_of', 'is not a customer of this org');
    const found = firstSide(before, named, await this.customers.isNamedAsOtherCurrency(tx, before.id));
    if (!('refused' in found)) return { otherCurrencyOf: found.id };
    throw ProblemError.conflict('customer.other_currency', `customer ${named.id} ${WHY_REFUSED[found.refused]}`);
  }

  private async refuseParent(tx: Tx, id: string, parentId: string): Promise<void> {
    const parents = await this.customers.parentsOf(tx, [id, parentId]);
    if (!parents.has(parentId)) throw ProblemError.invalid('parent_id', 'is not a customer of this org');
    if (new Tree(parents).hang(id, parentId)) return;
    throw ProblemError.conflict('customer.parent_circle', `customer ${parentId} is customer ${id} itself or below it`);
  }
}

const WHY_REFUSED: Readonly<Record<OtherCurrencyRefused, string>> = {
  itself: 'is the customer itself',
  same_currency: 'is in the same currency',
  named_by_others: 'has other currencies already, and so has this customer: take the links of one of them away first',
};

/** A customer's documents are in its currency: once an accounting system knows it, that system says which. */
function refuseCurrency(before: Customer, wanted: Partial<CustomerFields>, links: readonly Link[]): void {
  const { currency } = wanted;
  if (currency === undefined || currency === before.currency || links.length === 0) return;
  const detail = `the currency of customer ${before.id} comes from ${links[0]!.system}`;
  throw ProblemError.conflict('customer.currency_fixed', detail);
}
