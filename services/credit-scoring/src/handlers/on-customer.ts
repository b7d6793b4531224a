import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { topicDefs, type CustomerState, type Event, type OutgoingEvent } from '@cashloop/events';
import { Handles, type HandlerContext } from '@cashloop/messaging';
import type { Tx } from '@cashloop/persistence';
import { accountKey, type Account, type Cause } from '../domain/account.ts';
import { patient } from '../domain/change.ts';
import { Decisions } from '../domain/decisions.ts';
import { dissolve } from '../domain/dissolve.ts';
import { groundsFor, type Circumstances } from '../domain/grounds.ts';
import { changedByHand, manualHoldEvent } from '../domain/manual-hold.ts';
import { regroup, type Regrouping } from '../domain/membership.ts';
import { rebuilt } from '../domain/rebuild.ts';
import { report } from '../metrics.ts';
import { AccountStore } from '../stores/account.store.ts';
import { ChangeStore } from '../stores/change.store.ts';
import { CustomerStore } from '../stores/customer.store.ts';
import { DecisionStore } from '../stores/decision.store.ts';
import { DroppedLimitStore } from '../stores/dropped-limit.store.ts';
import { ForestStore, type Forest } from '../stores/forest.store.ts';
import { PartsStore } from '../stores/parts.store.ts';
import { PolicyStore } from '../stores/policy.store.ts';
import { ReadingStore } from '../stores/reading.store.ts';

/** Copies customers; accounts follow when parents, currencies or links change, and both sides of a move are judged. */
@Injectable()
export class OnCustomer {
  constructor(
    private readonly policies: PolicyStore,
    private readonly readings: ReadingStore,
    private readonly forests: ForestStore,
    private readonly customers: CustomerStore,
    private readonly accounts: AccountStore,
    private readonly parts: PartsStore,
    private readonly changes: ChangeStore,
    private readonly decisions: DecisionStore,
    private readonly droppedLimits: DroppedLimitStore,
  ) {}

  @Handles(topicDefs.customer, { projection: 'credit-customers' })
  async handle(events: readonly Event<CustomerState>[], { tx, now }: HandlerContext): Promise<OutgoingEvent[]> {
    const orgIds = [...new Set(events.map((event) => event.orgId))];
    const policies = await this.policies.hold(tx, orgIds);
    const forest = await this.forests.lock(tx, events);
    const given = { policies, readings: await this.readings.load(tx, orgIds), now, newId: randomUUID };
    await this.customers.save(tx, forest.news);
    const decisions = new Decisions();
    const groups = orgIds.map((orgId) => regroupOrg(orgId, forest));
    for (const group of groups) join(group, forest, given, decisions);
    await this.#rebuild(tx, groups, forest, given, decisions);
    await this.accounts.saveShape(tx, decisions.accounts.values());
    await this.decisions.save(tx, decisions);
    report(decisions);
    return decisions.events;
  }

  async #rebuild(
    tx: Tx,
    groups: readonly Regrouping[],
    forest: Forest,
    given: Circumstances,
    decisions: Decisions,
  ): Promise<void> {
    const tops = groups.flatMap((group) =>
      group.tops.map((top) => ({ ...top, inherited: inheritedHold(top.account, group) })),
    );
    if (tops.length === 0) return;
    const memberships = tops.map(({ account, memberIds }) => ({
      orgId: account.orgId,
      accountId: account.accountId,
      memberIds,
    }));
    const parts = await this.parts.load(tx, memberships, given.policies);
    const changes = await this.changes.load(
      tx,
      tops.map((top) => top.account),
    );
    for (const { account, memberIds, inherited } of tops) {
      const key = accountKey(account.orgId, account.accountId);
      const part = parts.get(key);
      if (part === undefined) continue;
      const trigger = triggerOf(account, memberIds, forest);
      const next = rebuilt(withInherited(account, inherited, given, decisions), part, trigger);
      await this.droppedLimits.record(tx, account, next, given, decisions);
      decisions.settle(next, patient(changes.get(key) ?? [], given.now), trigger, given);
    }
  }
}

function regroupOrg(orgId: string, forest: Forest): Regrouping {
  const accounts = [...forest.accounts.values()].filter((account) => account.orgId === orgId);
  const parentOf = (id: string): string => forest.customers.get(accountKey(orgId, id))?.parentId ?? '';
  const parents = new Map(accounts.map(({ accountId }) => [accountId, parentOf(accountId)]));
  const changed = accounts.map((one) => one.accountId).filter((id) => forest.changed.has(accountKey(orgId, id)));
  return regroup(accounts, parents, new Set(changed));
}

function join(group: Regrouping, forest: Forest, given: Circumstances, decisions: Decisions): void {
  for (const { account, rootId } of group.joined) {
    const grounds = groundsFor(account, triggerOf(account, [account.accountId], forest), given);
    const left = decisions.take(dissolve(account, rootId, grounds), grounds);
    if (account.manualHold !== null) decisions.events.push(manualHoldEvent(left));
  }
}

/** A hold by hand ends only by hand: it goes with a customer that joins another account. */
const inheritedHold = (top: Account, group: Regrouping): Account['manualHold'] =>
  group.joined.find((one) => one.rootId === top.accountId && one.account.manualHold !== null)?.account.manualHold ??
  null;

function withInherited(
  account: Account,
  inherited: Account['manualHold'],
  { now }: Circumstances,
  decisions: Decisions,
): Account {
  if (account.manualHold !== null || inherited === null) return account;
  const held = { ...account, ...changedByHand(account, inherited, now) };
  decisions.events.push(manualHoldEvent(held));
  return held;
}

/** The news that made an account change: its own, a member's, or that of a member that left. */
function triggerOf(account: Account, memberIds: readonly string[], forest: Forest): Cause {
  const ids = [account.accountId, ...memberIds, ...account.memberIds];
  const own = ids.map((id) => forest.changed.get(accountKey(account.orgId, id))).find((cause) => cause !== undefined);
  return own ?? [...forest.changed.values()].at(-1) ?? { eventId: '', at: new Date(0) };
}
