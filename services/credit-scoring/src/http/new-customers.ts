import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { CustomerStore } from '../stores/customer.store.ts';

const WAITS_MS = 2_000;
const ASKS_EVERY_MS = 50;

/** A customer created a moment ago is on its way here from the customer master: a caller who goes on at once waits for it. */
@Injectable()
export class NewCustomers {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly customers: CustomerStore,
  ) {}

  /** Waits until all are known, two seconds at most: whether they are, the caller sees for itself. */
  async arrived(orgId: string, customerIds: readonly string[]): Promise<void> {
    const refs = customerIds.map((customerId) => ({ orgId, customerId }));
    const endMs = performance.now() + WAITS_MS;
    for (;;) {
      const known = await this.runner.read([orgId], (tx) => this.customers.load(tx, refs));
      if (known.size >= refs.length || performance.now() >= endMs) return;
      await setTimeout(ASKS_EVERY_MS);
    }
  }
}
