import { accountKey, type Account, type Cause } from './account.ts';
import { limitEvent } from './announce-limit.ts';
import { patient, type OpenChange } from './change.ts';
import { Decisions } from './decisions.ts';
import { type Circumstances, policyOf } from './grounds.ts';
import { limitInForce, type Limit } from './limit.ts';
import { manualHoldEvent, type ByHand } from './manual-hold.ts';

export type AuditAction =
  'MANUAL_OVERRIDE' | 'LIMIT_ENDED' | 'CURRENCY_CHANGED' | 'HOLD_PLACED' | 'HOLD_RELEASED' | 'SETTINGS_CHANGED';

/** Who did what, and why. */
export interface AuditEntry {
  readonly orgId: string;
  /** `0`: the org itself. */
  readonly accountId: string;
  readonly action: AuditAction;
  readonly currency: string | null;
  readonly oldLimitMinor: bigint | null;
  readonly newLimitMinor: bigint | null;
  readonly expiresAt: Date | null;
  readonly reason: string;
  /** User id, or `system`. */
  readonly by: string;
  readonly at: Date;
  /** Version of the org's settings then. */
  readonly policyVersion: number;
  /** Of the account before the change; null for the org itself. */
  readonly accountVersion: bigint | null;
}

/** Why somebody changes an account. */
export interface Why {
  readonly action: AuditAction;
  readonly reason: string;
  readonly by: string;
}

/** Changes that people and clocks make to locked accounts; each is judged at once, unless a change is open for it. */
export class AccountWork {
  readonly decisions = new Decisions();
  readonly audit: AuditEntry[] = [];

  constructor(
    readonly accounts: ReadonlyMap<string, Account>,
    readonly changes: ReadonlyMap<string, readonly OpenChange[]>,
    readonly given: Circumstances,
  ) {}

  /** @param hold whether a limit lowered below the exposure holds the account; else it only warns */
  setLimit(account: Account, limit: Limit, why: Why, hold = false): Account {
    const { now } = this.given;
    const old = limitInForce(account.limit, now);
    const next = { ...account, limit, version: account.version + 1n };
    const minor = limitInForce(limit, now);
    const event = limitEvent(account, next, { reason: why.reason, setBy: why.by, now });
    this.decisions.events.push(event);
    this.#record(account, why, { oldLimitMinor: old, newLimitMinor: minor, expiresAt: limit.expiresAt });
    const lowered = old !== null && minor !== null && minor < old;
    return this.#settle({ ...next, raised: next.raised || (hold && lowered) }, { eventId: event.id, at: now });
  }

  /** Places or ends a hold by hand. */
  setManualHold(account: Account, byHand: ByHand, why: Why): Account {
    const event = manualHoldEvent({ ...account, ...byHand });
    this.decisions.events.push(event);
    const limitMinor = limitInForce(account.limit, this.given.now);
    this.#record(account, why, { oldLimitMinor: limitMinor, newLimitMinor: limitMinor, expiresAt: null });
    const trigger = { eventId: event.id, at: this.given.now };
    return this.#settle(
      { ...account, ...byHand, version: account.version + 1n, cause: trigger, riseCause: null },
      trigger,
    );
  }

  /** Judges again, because the policy changed. */
  rejudge(account: Account, trigger: Cause): Account {
    return this.#settle(account, trigger);
  }

  #settle(account: Account, trigger: Cause): Account {
    const open = this.changes.get(accountKey(account.orgId, account.accountId)) ?? [];
    return this.decisions.settle(account, patient(open, this.given.now), trigger, this.given);
  }

  #record(
    account: Account,
    why: Why,
    figures: Pick<AuditEntry, 'oldLimitMinor' | 'newLimitMinor' | 'expiresAt'>,
  ): void {
    const { orgId, accountId, currency, version: accountVersion } = account;
    const policyVersion = policyOf(this.given, orgId).settings.version;
    const seen = { at: this.given.now, policyVersion, accountVersion };
    this.audit.push({ orgId, accountId, currency, ...why, ...figures, ...seen });
  }
}
