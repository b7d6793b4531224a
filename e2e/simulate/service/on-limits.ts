import type { CreditLimitState, Event, OutgoingEvent } from '@cashloop/events';
import type { HandlerContext } from '@cashloop/messaging';
import { lockAccounts, saveLimits } from './account.store.ts';
import { crossing } from './crossing.ts';
import { markHandled } from './handled.store.ts';
import type { Topics } from './topics.ts';

/** Keeps each account's newest limit; a lowered one may be a crossing, too. */
export async function onLimits(
  topics: Topics,
  events: readonly Event<CreditLimitState>[],
  { tx, now }: HandlerContext,
): Promise<OutgoingEvent[]> {
  const accounts = await lockAccounts(tx, [...new Set(events.map(({ data }) => data.accountId))]);
  const outgoing = events.flatMap(({ id, data }) => {
    const account = accounts.get(data.accountId);
    if (account === undefined || data.version <= account.limit_version) return [];
    Object.assign(account, { limit_version: data.version, limit_minor: data.limitInForceMinor });
    return crossing(topics, account, id, now);
  });
  await saveLimits(tx, [...accounts.values()]);
  await markHandled(tx, events);
  return outgoing;
}
