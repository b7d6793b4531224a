import {
  CreditHoldState_Scope,
  CreditHoldState_Severity,
  CreditHoldState_State,
  HoldCause_Kind,
  timestampDate,
  type CreditHoldState,
} from '@cashloop/events';
import { formatDecimal } from '@cashloop/money';

/**
 * A hold as the stream and the page show it, in the words of GET /credit/holds: amounts are decimal strings in `currency`,
 * instants ISO, ids integers.
 */
export interface HoldView {
  account_id: number;
  hold_id: string;
  version: number;
  state: string;
  severity: string;
  scope: string;
  currency: string;
  exposure: string;
  limit_in_force: string | null;
  available: string | null;
  /** Exposure above the limit; null when there is no limit. */
  excess: string | null;
  /** The smallest payment that would release the hold. */
  way_out: string | null;
  causes: { kind: string; amount: string | null; threshold: string | null; note: string; since: string | null }[];
  valid_from: string | null;
  data_as_of: string | null;
  released_because: string | null;
  member_customer_ids: number[];
  affected_order_ids: string[];
  causing_event_id: string;
}

/** Translates the event's words. */
export function holdView(hold: CreditHoldState): HoldView {
  const amount = (minor: string): string | null => (minor === '' ? null : formatDecimal(BigInt(minor), hold.currency));
  return {
    account_id: Number(hold.accountId),
    hold_id: hold.holdId,
    version: hold.version,
    state: CreditHoldState_State[hold.state].toLowerCase(),
    severity: CreditHoldState_Severity[hold.severity].toLowerCase(),
    scope: CreditHoldState_Scope[hold.scope].toLowerCase(),
    currency: hold.currency,
    exposure: amount(hold.exposureMinor) ?? '0',
    limit_in_force: amount(hold.limitInForceMinor),
    available: amount(hold.availableMinor),
    excess: hold.limitInForceMinor === '' ? null : amount(excessMinor(hold).toString()),
    way_out: amount(hold.wayOutMinor),
    causes: hold.causes.map((cause) => ({
      kind: HoldCause_Kind[cause.kind].toLowerCase(),
      amount: amount(cause.amountMinor),
      threshold: amount(cause.thresholdMinor),
      note: cause.note,
      since: instant(cause.since),
    })),
    valid_from: instant(hold.validFrom),
    data_as_of: instant(hold.dataAsOf),
    released_because: hold.releasedBecause || null,
    member_customer_ids: hold.memberCustomerIds.map(Number),
    affected_order_ids: hold.affectedOrderIds,
    causing_event_id: hold.causingEventId,
  };
}

function excessMinor(hold: CreditHoldState): bigint {
  const excess = BigInt(hold.exposureMinor || '0') - BigInt(hold.limitInForceMinor);
  return excess > 0n ? excess : 0n;
}

const instant = (time: CreditHoldState['validFrom']): string | null =>
  time === undefined ? null : timestampDate(time).toISOString();
