/** Roles an admin may give; `system` is for tokens that services make themselves. */
export const GIVEN_ROLES = ['admin', 'manager', 'analyst', 'order_desk', 'auditor'] as const;

export interface AccountChange {
  name?: string;
  roles?: readonly string[];
  active?: boolean;
}

interface Account {
  id: string;
  name: string;
  roles: string[];
  active: boolean;
}

export type AccountDecision<A extends Account> =
  { kind: 'changed'; account: A } | { kind: 'refused'; why: 'last_admin' };

/** Applies a change; an org keeps at least one active admin. */
export function changeAccount<A extends Account>(
  account: A,
  change: AccountChange,
  activeAdmins: readonly string[],
): AccountDecision<A> {
  const changed = {
    ...account,
    name: change.name ?? account.name,
    roles: [...new Set(change.roles ?? account.roles)],
    active: change.active ?? account.active,
  };
  const staysAdmin = changed.active && changed.roles.includes('admin');
  const wasLastAdmin = activeAdmins.length === 1 && activeAdmins[0] === account.id;
  if (wasLastAdmin && !staysAdmin) return { kind: 'refused', why: 'last_admin' };
  return { kind: 'changed', account: changed };
}
