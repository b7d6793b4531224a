import {
  create,
  CreditManualHoldStateSchema,
  outgoing,
  timestampDate,
  timestampFromDate,
  topicDefs,
  type CreditManualHoldState,
  type OutgoingEvent,
} from '@cashloop/events';
import type { Account } from './account.ts';
import { envelope } from './announce.ts';
import type { ManualHold } from './hold.ts';

/** What an account's row keeps of the hold by hand. */
export type ByHand = Pick<Account, 'manualHold' | 'manualHoldVersion' | 'manualHoldChangedAt'>;

/** The next version of it. */
export const changedByHand = (before: ByHand, manualHold: ManualHold | null, now: Date): ByHand => ({
  manualHold,
  manualHoldVersion: before.manualHoldVersion + 1,
  manualHoldChangedAt: now,
});

/** `credit_manual_hold_changed`: the hold by hand as it now stands. */
export function manualHoldEvent(account: Pick<Account, 'orgId' | 'accountId'> & ByHand): OutgoingEvent {
  const { accountId, manualHold, manualHoldVersion: version } = account;
  const at = account.manualHoldChangedAt ?? manualHold?.since ?? new Date(0);
  const data = create(CreditManualHoldStateSchema, {
    accountId,
    version,
    held: manualHold !== null,
    note: manualHold?.note ?? '',
    placedBy: manualHold?.by ?? '',
    since: manualHold === null ? undefined : timestampFromDate(manualHold.since),
    validFrom: timestampFromDate(at),
  });
  const about = envelope(account, 'credit_manual_hold', version, at);
  return outgoing(topicDefs.credit, 'credit_manual_hold_changed', data, about);
}

/** By time: a replay gives versions of its own where customers joined accounts, maybe in another order. */
export function isNewer(told: ByHand, known: ByHand): boolean {
  const [at, before] = [told, known].map(({ manualHoldChangedAt }) => manualHoldChangedAt?.getTime() ?? -1) as [
    number,
    number,
  ];
  return at > before || (at === before && told.manualHoldVersion > known.manualHoldVersion);
}

/** The reverse of it. */
export function announcedByHand(told: CreditManualHoldState): ByHand {
  const dateOf = (stamp: CreditManualHoldState['since']): Date => (stamp ? timestampDate(stamp) : new Date(0));
  const hold = { note: told.note, by: told.placedBy, since: dateOf(told.since) };
  return {
    manualHold: told.held ? hold : null,
    manualHoldVersion: told.version,
    manualHoldChangedAt: dateOf(told.validFrom),
  };
}
