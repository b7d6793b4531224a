import { formatDecimal } from '@cashloop/money';
import { availableOf, wayOutOf } from '../domain/hold.ts';
import type { ListedHold } from '../stores/holds.view.ts';

/** One hold in a list: decimal strings of the account's currency. */
export function listedHold({ accountId, teriCode, hold }: ListedHold) {
  const text = (minor: bigint | null): string | null => (minor === null ? null : formatDecimal(minor, hold.currency));
  return {
    hold_id: hold.holdId,
    account_id: Number(accountId),
    teri_code: teriCode,
    version: hold.version,
    state: hold.state,
    severity: hold.severity,
    scope: hold.scope,
    enforcement: hold.enforcement,
    member_customer_ids: hold.memberIds.map(Number),
    causes: hold.causes.map((cause) => ({
      kind: cause.kind,
      amount: text(cause.amountMinor),
      threshold: text(cause.thresholdMinor),
      note: cause.note,
      since: cause.since,
    })),
    currency: hold.currency,
    exposure: text(hold.exposureMinor),
    limit_in_force: text(hold.limitMinor),
    available: text(availableOf(hold)),
    way_out: text(wayOutOf(hold)),
    causing_event_id: hold.causingEventId,
    placed_at: hold.placedAt,
    valid_from: hold.validFrom,
    data_as_of: hold.dataAsOf,
    released_because: hold.releasedBecause,
    affected_order_ids: [],
  };
}
