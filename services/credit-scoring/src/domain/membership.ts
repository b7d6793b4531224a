import { accountKey, isTop, type Account } from './account.ts';
import { topsOf } from './tree.ts';

/** What changes when customers get other parents. */
export interface Regrouping {
  /** Tops whose account must be rebuilt, with their members. */
  readonly tops: readonly { account: Account; memberIds: readonly string[] }[];
  /** Customers that stop being an account of their own, or move from one account to another. */
  readonly joined: readonly { account: Account; rootId: string }[];
}

/**
 * Groups the locked customers of one org into accounts anew.
 * @param accounts all accounts of every tree concerned
 * @param parents parent of each of them; empty at the top and where the master told nothing yet
 * @param changed customers about whom the master told something that matters to their account
 */
export function regroup(
  accounts: readonly Account[],
  parents: ReadonlyMap<string, string>,
  changed: ReadonlySet<string>,
): Regrouping {
  const tops = topsOf(parents);
  const members = new Map<string, string[]>();
  for (const [id, top] of tops) members.set(top, [...(members.get(top) ?? []), id]);
  const joined = accounts.flatMap((account) => {
    const rootId = tops.get(account.accountId) ?? account.accountId;
    return rootId !== account.accountId && rootId !== account.rootId ? [{ account, rootId }] : [];
  });
  const rebuilt = accounts.flatMap((account) => {
    const memberIds = members.get(account.accountId) ?? [];
    if (tops.get(account.accountId) !== account.accountId) return [];
    const same = isTop(account) && sameSet(account.memberIds, memberIds);
    return same && !memberIds.some((id) => changed.has(id)) ? [] : [{ account, memberIds }];
  });
  return { tops: rebuilt, joined };
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));

/** Keys of customers an account names that are not among those locked: its tree changed meanwhile. */
export const strangers = (accounts: ReadonlyMap<string, Account>): string[] =>
  [...accounts.values()].flatMap(({ orgId, memberIds }) =>
    memberIds.map((id) => accountKey(orgId, id)).filter((key) => !accounts.has(key)),
  );
