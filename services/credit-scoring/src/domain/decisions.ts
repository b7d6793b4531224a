import type { OutgoingEvent } from '@cashloop/events';
import { accountKey, type Account, type Cause } from './account.ts';
import { announce } from './announce.ts';
import type { BreachDecision } from './breach.ts';
import { patienceEnds, type OpenChange } from './change.ts';
import { groundsFor, type Circumstances } from './grounds.ts';
import type { Hold } from './hold.ts';
import { judge, type Grounds, type Outcome, type Verdict } from './judge.ts';

/** A breach that opened or cleared, as its row keeps it. */
export interface BreachChange extends BreachDecision {
  readonly orgId: string;
  readonly accountId: string;
  readonly currency: string;
  readonly causingEventId: string;
  readonly at: Date;
  readonly dataAsOf: Date;
  readonly policyVersion: number;
  readonly accountVersion: bigint;
}

/** A hold and whose it is. */
export interface AccountHold {
  readonly orgId: string;
  readonly accountId: string;
  readonly hold: Hold;
}

/** What a piece of work decided: accounts, breach and hold rows to save, events to send. */
export class Decisions {
  readonly accounts = new Map<string, Account>();
  readonly breaches: BreachChange[] = [];
  /** Newest state per hold. */
  readonly holds = new Map<string, AccountHold>();
  readonly events: OutgoingEvent[] = [];
  readonly outcomes = new Map<Outcome, number>();
  /** Seconds from the causing record to each placed or released hold. */
  readonly latenciesS: number[] = [];

  judge(account: Account, grounds: Grounds): Account {
    return this.take(judge(account, grounds), grounds);
  }

  /** Judges unless a change is open for the account; then the sweep does, when patience ends. */
  settle(account: Account, open: readonly OpenChange[], trigger: Cause, given: Circumstances): Account {
    const waiting = { ...account, dueAt: account.ready ? patienceEnds(open) : null };
    this.accounts.set(accountKey(account.orgId, account.accountId), waiting);
    return open.length > 0 ? waiting : this.judge(waiting, groundsFor(waiting, trigger, given));
  }

  take(verdict: Verdict, grounds: Grounds): Account {
    const { account, breach, hold } = verdict;
    const { orgId, accountId } = account;
    this.accounts.set(accountKey(orgId, accountId), account);
    this.outcomes.set(verdict.outcome, (this.outcomes.get(verdict.outcome) ?? 0) + 1);
    if (breach !== undefined) this.breaches.push(breachChange(verdict, breach, grounds));
    if (hold !== undefined) {
      this.holds.set(hold.next.holdId, { orgId, accountId, hold: hold.next });
      if (hold.told !== undefined) this.latenciesS.push((grounds.now.getTime() - verdict.cause.at.getTime()) / 1000);
    }
    if (breach !== undefined || hold !== undefined) this.events.push(...announce(verdict, grounds));
    return account;
  }
}

function breachChange({ account, cause }: Verdict, breach: BreachDecision, grounds: Grounds): BreachChange {
  return {
    ...breach,
    orgId: account.orgId,
    accountId: account.accountId,
    currency: account.currency ?? '',
    causingEventId: cause.eventId,
    at: grounds.now,
    dataAsOf: grounds.dataAsOf ?? grounds.now,
    policyVersion: grounds.settings.version,
    accountVersion: account.version,
  };
}
