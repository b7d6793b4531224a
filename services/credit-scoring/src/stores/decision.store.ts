import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Decisions } from '../domain/decisions.ts';
import { AccountStore } from './account.store.ts';
import { BreachStore } from './breach.store.ts';
import { HoldStore } from './hold.store.ts';

/** Saves what a piece of work decided. */
@Injectable()
export class DecisionStore {
  constructor(
    private readonly accounts: AccountStore,
    private readonly breaches: BreachStore,
    private readonly holds: HoldStore,
  ) {}

  async save(tx: Tx, decisions: Decisions): Promise<void> {
    await this.accounts.save(tx, decisions.accounts.values());
    await this.breaches.save(tx, decisions.breaches);
    await this.holds.save(tx, decisions.holds.values());
  }
}
