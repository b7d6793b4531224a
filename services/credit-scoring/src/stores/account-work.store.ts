import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { HandlerContext } from '@cashloop/messaging';
import type { Tx } from '@cashloop/persistence';
import { AccountWork } from '../domain/account-work.ts';
import { AccountStore, type CustomerRef } from './account.store.ts';
import { AuditStore } from './audit.store.ts';
import { ChangeStore } from './change.store.ts';
import { DecisionStore } from './decision.store.ts';
import { PolicyStore } from './policy.store.ts';
import { ReadingStore } from './reading.store.ts';

/** Opens accounts for changes by people and clocks, and saves what became of them. */
@Injectable()
export class AccountWorkStore {
  constructor(
    private readonly policies: PolicyStore,
    private readonly accounts: AccountStore,
    private readonly changes: ChangeStore,
    private readonly readings: ReadingStore,
    private readonly decisions: DecisionStore,
    private readonly audit: AuditStore,
  ) {}

  /** Locks the accounts, then reads. */
  async open({ tx, now }: Pick<HandlerContext, 'tx' | 'now'>, refs: readonly CustomerRef[]): Promise<AccountWork> {
    const policies = await this.policies.hold(tx, tx.orgs);
    const accounts = await this.accounts.lock(tx, refs);
    const changes = await this.changes.load(tx, accounts.values());
    const readings = await this.readings.load(tx, tx.orgs);
    return new AccountWork(accounts, changes, { policies, readings, now, newId: randomUUID });
  }

  async save(tx: Tx, work: AccountWork): Promise<void> {
    await this.accounts.saveShape(tx, work.decisions.accounts.values());
    await this.decisions.save(tx, work.decisions);
    await this.audit.add(tx, work.audit);
  }
}
