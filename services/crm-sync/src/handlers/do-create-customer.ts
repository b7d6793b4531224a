import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands } from '@cashloop/messaging';
import type { CommandReply } from '@cashloop/messaging';
import { ProblemError } from '@cashloop/service-shell';
import { customerUpserted } from '../domain/customer-event.ts';
import type { Customer, CustomerFields } from '../domain/customer.ts';
import { teriCode } from '../domain/teri-code.ts';
import { countChange } from '../metrics.ts';
import { CustomerStore } from '../stores/customer.store.ts';
import { CustomerView } from '../stores/customer.view.ts';
import { MergeProposalStore } from '../stores/merge-proposal.store.ts';
import { OrgStore } from '../stores/org.store.ts';

export type NewCustomer = Omit<CustomerFields, 'currency' | 'active' | 'otherCurrencyOf'> & {
  currency: string | undefined;
};

/** A person or a program creates a customer. */
@Injectable()
export class DoCreateCustomer {
  constructor(
    private readonly commands: Commands,
    private readonly customers: CustomerStore,
    private readonly orgs: OrgStore,
    private readonly proposals: MergeProposalStore,
    private readonly view: CustomerView,
  ) {}

  /** @throws ProblemError 400 when the parent is not a customer of the org */
  run(orgId: string, wanted: NewCustomer, idempotencyKey: string | undefined): Promise<CommandReply> {
    const command = { orgId, name: 'create-customer', idempotencyKey, body: wanted };
    return this.commands.run(command, async ({ tx, now }) => {
      if (wanted.parentId !== null && !(await this.customers.lock(tx, [wanted.parentId])).has(wanted.parentId)) {
        throw ProblemError.invalid('parent_id', 'is not a customer of this org');
      }
      const currency = wanted.currency ?? (await this.orgs.baseCurrencies(tx, [orgId]))(orgId);
      const id = await this.customers.nextId(tx);
      const customer: Customer = {
        ...wanted,
        currency,
        id,
        orgId,
        active: true,
        otherCurrencyOf: null,
        version: 1,
        teriCode: teriCode(randomBytes(5)),
      };
      await this.customers.save(tx, [customer], now);
      await this.proposals.propose(tx, [id], now);
      countChange(customer, 'created', 'api');
      return { status: 201, reply: await this.view.get(tx, id), events: [customerUpserted(customer, [], now)] };
    });
  }
}
