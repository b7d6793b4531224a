import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OutgoingEvent } from '@cashloop/events';
import { Effects, Runs, type HandlerContext, type RunContext } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { accountKey, type Account } from '../domain/account.ts';
import { patient } from '../domain/change.ts';
import { Decisions } from '../domain/decisions.ts';
import { rebuilt } from '../domain/rebuild.ts';
import { report } from '../metrics.ts';
import { AccountStore, type CustomerRef } from '../stores/account.store.ts';
import { ChangeStore } from '../stores/change.store.ts';
import { DecisionStore } from '../stores/decision.store.ts';
import { DroppedLimitStore } from '../stores/dropped-limit.store.ts';
import { DueStore } from '../stores/due.store.ts';
import { OrgStore } from '../stores/org.store.ts';
import { PartsStore } from '../stores/parts.store.ts';
import { PolicyStore } from '../stores/policy.store.ts';
import { ReadingStore } from '../stores/reading.store.ts';

const ACCOUNTS_AT_ONCE = 500;

/** Judges accounts that no event will judge: a change fell silent, a hold was barred, the org became known late. */
@Injectable()
export class RunJudgeDue {
  constructor(
    private readonly effects: Effects,
    private readonly runner: TransactionRunner,
    private readonly orgs: OrgStore,
    private readonly due: DueStore,
    private readonly policies: PolicyStore,
    private readonly readings: ReadingStore,
    private readonly accounts: AccountStore,
    private readonly parts: PartsStore,
    private readonly changes: ChangeStore,
    private readonly decisions: DecisionStore,
    private readonly droppedLimits: DroppedLimitStore,
  ) {}

  @Runs({ name: 'judge-due', everyMs: 250 })
  async run({ now }: RunContext): Promise<void> {
    const orgIds = await this.orgs.all(this.runner);
    if (orgIds.length === 0) return;
    const refs = await this.runner.read(orgIds, (tx) => this.due.due(tx, now, ACCOUNTS_AT_ONCE));
    if (refs.length === 0) return;
    await this.effects.commit([...new Set(refs.map((ref) => ref.orgId))], (ctx) => this.judge(refs, ctx));
  }

  /** Judges those of the accounts that are still due. */
  async judge(refs: readonly CustomerRef[], { tx, now }: HandlerContext): Promise<OutgoingEvent[]> {
    const policies = await this.policies.hold(tx, tx.orgs);
    const locked = await this.accounts.lock(tx, refs);
    const due = [...locked.values()].filter((account) => isDue(account, now));
    const changes = new Map(await this.changes.load(tx, due));
    const parts = await this.parts.load(
      tx,
      due.filter((account) => account.rebuildDue),
      policies,
    );
    const given = { policies, readings: await this.readings.load(tx, tx.orgs), now, newId: randomUUID };
    const decisions = new Decisions();
    for (const account of due) {
      const key = accountKey(account.orgId, account.accountId);
      const trigger = account.riseCause ?? account.cause ?? { eventId: '', at: now };
      const part = parts.get(key);
      const next = part === undefined ? account : rebuilt(account, part, trigger);
      await this.droppedLimits.record(tx, account, next, given, decisions);
      const open = patient(changes.get(key) ?? [], now);
      changes.set(key, open);
      decisions.settle(next, open, trigger, given);
    }
    const keys = due.map((account) => accountKey(account.orgId, account.accountId));
    await this.changes.replace(tx, keys, changes);
    await this.accounts.saveShape(
      tx,
      [...decisions.accounts.values()].filter(({ orgId, accountId }) => parts.has(accountKey(orgId, accountId))),
    );
    await this.decisions.save(tx, decisions);
    report(decisions);
    return decisions.events;
  }
}

const isDue = (account: Account, now: Date): boolean =>
  account.rebuildDue || (account.dueAt !== null && account.dueAt.getTime() <= now.getTime());
