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
  versionId,
  type CreditHoldState,
  type OutgoingEvent,
} from '@cashloop/events';
import type { Account } from './account.ts';
import type { BreachDecision } from './breach.ts';
import { availableOf, wayOutOf, type Hold, type HoldCause } from './hold.ts';
import type { Grounds, Verdict } from './judge.ts';
import type { HoldDecision } from './place-hold.ts';

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
  const { account, cause, breach, hold } = verdict;
  const at = grounds.now;
  const circumstances = { causingEventId: cause.eventId, at, dataAsOf: grounds.dataAsOf ?? at };
  if (breach !== undefined) events.push(breachEvent(account, breach, circumstances));
  if (hold?.told !== undefined) events.push(holdEvent(account, hold.told, at));
  return events;
}

type Named = Pick<Account, 'orgId' | 'accountId' | 'currency'>;

/** `credit_breach` or `credit_breach_cleared`. */
export function breachEvent(
  account: Named,
  breach: BreachDecision,
  { causingEventId, at, dataAsOf }: { causingEventId: string; at: Date; dataAsOf: Date },
): OutgoingEvent {
  const data = create(CreditBreachStateSchema, {
    accountId: account.accountId,
    version: breach.version,
    breachId: breach.breachId,
    open: breach.kind === 'opened',
    currency: account.currency ?? '',
    exposureMinor: text(breach.exposureMinor),
    limitInForceMinor: text(breach.limitMinor),
    excessMinor: text(breach.exposureMinor - breach.limitMinor),
    causingEventId,
    validFrom: timestampFromDate(at),
    dataAsOf: timestampFromDate(dataAsOf),
  });
  const type = breach.kind === 'opened' ? 'credit_breach' : 'credit_breach_cleared';
  return outgoing(topicDefs.credit, type, data, envelope(account, 'credit_breach', breach.version, at));
}

/** `credit_hold_placed`, `_changed` or `_released`. */
export function holdEvent(
  account: Pick<Account, 'orgId' | 'accountId'>,
  told: NonNullable<HoldDecision['told']>,
  at: Date,
): OutgoingEvent {
  const data = holdState(account.accountId, told.hold);
  return outgoing(topicDefs.creditHold, told.type, data, envelope(account, 'credit_hold', told.hold.version, at));
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
export function envelope(
  { orgId, accountId }: Pick<Account, 'orgId' | 'accountId'>,
  kind: string,
  version: number,
  time: Date,
) {
  const document = { orgId, subject: `${kind}/${accountId}`, version };
  return { ...document, id: versionId(document), key: customerKey(orgId, accountId), time };
}
