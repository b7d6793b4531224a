import {
  create,
  CreditBreachStateSchema,
  CreditHoldState_Scope,
  CreditHoldState_Severity,
  CreditHoldState_State,
  CreditHoldStateSchema,
  customerKey,
  HoldCause_Kind,
  outgoing,
  timestampFromDate,
  topicDefs,
  type CreditHoldState,
  type OutgoingEvent,
} from '@cashloop/events';
import type { Account } from './account.ts';
import type { BreachDecision } from './breach.ts';
import { availableOf, wayOutOf, type Hold, type HoldCause } from './hold.ts';
import type { Grounds, Verdict } from './judge.ts';

const SEVERITY = {
  warn: CreditHoldState_Severity.WARN,
  soft: CreditHoldState_Severity.SOFT,
  hard: CreditHoldState_Severity.HARD,
};
const SCOPE = {
  new_orders: CreditHoldState_Scope.NEW_ORDERS,
  unshipped_orders: CreditHoldState_Scope.UNSHIPPED_ORDERS,
};
const KIND = {
  over_limit: HoldCause_Kind.OVER_LIMIT,
  overdue: HoldCause_Kind.OVERDUE,
  rating: HoldCause_Kind.RATING,
  manual: HoldCause_Kind.MANUAL,
};

const text = (minor: bigint | null): string => (minor === null ? '' : minor.toString());

/** The events that follow from a judgement, breach before hold. */
export function announce(verdict: Verdict, grounds: Grounds): OutgoingEvent[] {
  const events: OutgoingEvent[] = [];
  if (verdict.breach !== undefined) events.push(breachEvent(verdict, verdict.breach, grounds));
  if (verdict.hold?.told !== undefined) events.push(holdEvent(verdict, verdict.hold.told, grounds));
  return events;
}

function breachEvent({ account, cause }: Verdict, breach: BreachDecision, grounds: Grounds): OutgoingEvent {
  const data = create(CreditBreachStateSchema, {
    accountId: account.accountId,
    version: breach.version,
    breachId: breach.breachId,
    open: breach.kind === 'opened',
    currency: account.currency ?? '',
    exposureMinor: text(breach.exposureMinor),
    limitInForceMinor: text(breach.limitMinor),
    excessMinor: text(breach.exposureMinor - breach.limitMinor),
    causingEventId: cause.eventId,
    validFrom: timestampFromDate(grounds.now),
    dataAsOf: timestampFromDate(grounds.dataAsOf ?? grounds.now),
  });
  const type = breach.kind === 'opened' ? 'credit_breach' : 'credit_breach_cleared';
  return outgoing(topicDefs.credit, type, data, envelope(account, 'credit_breach', grounds.now));
}

function holdEvent({ account }: Verdict, told: NonNullable<NonNullable<Verdict['hold']>['told']>, { now }: Grounds) {
  const data = holdState(account.accountId, told.hold);
  return outgoing(topicDefs.creditHold, told.type, data, envelope(account, 'credit_hold', now));
}

/** The whole state of a hold as readers get it. */
export function holdState(accountId: string, hold: Hold): CreditHoldState {
  return create(CreditHoldStateSchema, {
    accountId,
    version: hold.version,
    holdId: hold.holdId,
    state: hold.state === 'held' ? CreditHoldState_State.HELD : CreditHoldState_State.FREE,
    severity: SEVERITY[hold.severity],
    scope: SCOPE[hold.scope],
    memberCustomerIds: [...hold.memberIds],
    causes: hold.causes.map(causeState),
    currency: hold.currency,
    exposureMinor: text(hold.exposureMinor),
    limitInForceMinor: text(hold.limitMinor),
    availableMinor: text(availableOf(hold)),
    wayOutMinor: text(wayOutOf(hold)),
    causingEventId: hold.causingEventId,
    validFrom: timestampFromDate(hold.validFrom),
    dataAsOf: timestampFromDate(hold.dataAsOf),
    releasedBecause: hold.releasedBecause ?? '',
  });
}

const causeState = (cause: HoldCause) => ({
  kind: KIND[cause.kind],
  amountMinor: text(cause.amountMinor),
  thresholdMinor: text(cause.thresholdMinor),
  note: cause.note,
  since: timestampFromDate(cause.since),
});

/** Everything about an account travels under its key, so that it stays in order. */
export const envelope = (account: Account, subject: string, time: Date) => ({
  orgId: account.orgId,
  key: customerKey(account.orgId, account.accountId),
  subject: `${subject}/${account.accountId}`,
  time,
});
