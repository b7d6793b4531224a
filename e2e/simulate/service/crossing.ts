import { create, CreditBreachStateSchema, customerKey, outgoing, type OutgoingEvent } from '@cashloop/events';
import type { Account } from './account.store.ts';
import { ORG, type Topics } from './topics.ts';

export const isAbove = (account: Pick<Account, 'limit_minor' | 'exposure_minor'>): boolean =>
  account.limit_minor !== null && Number(account.exposure_minor) > Number(account.limit_minor);

/** Opens or clears the account's breach when its exposure went over its limit or came back. Changes the account. */
export function crossing(topics: Topics, account: Account, cause: string, time: Date): OutgoingEvent[] {
  const open = isAbove(account);
  if (open === account.breach_open) return [];
  account.breach_open = open;
  account.version += 1;
  if (open) account.breaches += 1;
  const { id, version } = account;
  const data = create(CreditBreachStateSchema, {
    ...{ accountId: id, version, open, breachId: `${id} breach ${account.breaches}`, currency: 'USD' },
    ...{ exposureMinor: account.exposure_minor, limitInForceMinor: account.limit_minor ?? '', causingEventId: cause },
  });
  const type = open ? 'credit_breach' : 'credit_breach_cleared';
  const fields = { orgId: ORG, key: customerKey(ORG, id), subject: `breach/${id}`, time };
  return [outgoing(topics.breach, type, data, { ...fields, id: `${id} breach v${version} by ${cause}` })];
}
