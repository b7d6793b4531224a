import type { Account, Cause } from './account.ts';
import { exposureOf, type OpenAmount } from './exposure.ts';
import { companiesOf, isReady, type Member } from './readiness.ts';
import { byNumber } from './tree.ts';

/** All that an account is made of, from rows. */
export interface Parts {
  readonly members: readonly Member[];
  /** Documents of all members with something open. */
  readonly amounts: Iterable<OpenAmount>;
  /** The org's base currency; null until the org is known. */
  readonly homeCurrency: string | null;
}

/** The account as its rows say. What was decided about it stays. */
export function rebuild(account: Account, parts: Parts): Account {
  const { members, homeCurrency } = parts;
  const currency = currencyOf(members, homeCurrency);
  const limitIsForeign = account.currency !== null && currency !== account.currency;
  return {
    ...account,
    rootId: account.accountId,
    memberIds: members.map((member) => member.customerId).sort(byNumber),
    companies: companiesOf(members),
    currency,
    ...exposureOf(parts.amounts, { currency, homeCurrency }),
    untied: members.reduce((sum, member) => sum + member.untied.size, 0),
    ready: currency !== null && isReady(homeCurrency !== null, members),
    rebuildDue: homeCurrency === null,
    // A limit is an amount of the old currency: no number of it can stand in the new one.
    limit: limitIsForeign && hasLimit(account) ? dropped(account) : account.limit,
  };
}

/** The members' one currency; the org's for a tree of several; null while nobody's is known. */
function currencyOf(members: readonly Member[], homeCurrency: string | null): string | null {
  const known = new Set(members.map((member) => member.currency).filter((currency) => currency !== null));
  return known.size > 1 ? homeCurrency : ([...known][0] ?? null);
}

const hasLimit = ({ limit }: Account): boolean => limit.standingMinor !== null || limit.temporaryMinor !== null;

const dropped = ({ limit }: Account): Account['limit'] => ({
  standingMinor: null,
  temporaryMinor: null,
  expiresAt: null,
  version: limit.version + 1,
});

/** The account as its rows say after news about its members, which count as one fact. */
export function rebuilt(account: Account, parts: Parts, trigger: Cause): Account {
  const next = rebuild(account, parts);
  const moved = next.exposureMinor - account.exposureMinor;
  return {
    ...next,
    version: account.version + 1n,
    cause: moved === 0n && account.cause !== null ? account.cause : trigger,
    riseCause: moved > 0n ? trigger : account.riseCause,
  };
}
