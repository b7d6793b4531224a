import { RequestRefused } from '../../local/http-json.ts';
import { otherName, type LedgerCustomer } from '../ledger/customer-book.ts';
import type { Gateway, GatewayCustomer } from './gateway.ts';

/** Ledger customers that became several of the stand-in. */
export function manySided(customers: readonly LedgerCustomer[]): LedgerCustomer[][] {
  const sides = Map.groupBy(customers, ({ ledgerId }) => ledgerId);
  return [...sides.values()].filter(({ length }) => length > 1);
}

/**
 * Ties the customers that one of the ledger became in the customer master, where each then shows the others. QuickBooks has
 * no place for this: its parents want one currency.
 * @returns how many parties are tied now that were not before, and those that could not be
 */
export async function linkCurrencies(
  gateway: Gateway,
  realm: string,
  parties: readonly (readonly LedgerCustomer[])[],
): Promise<{ linked: number; failed: number }> {
  const known = new Map<string, GatewayCustomer>();
  for await (const customer of gateway.customers(realm)) known.set(nameIn(customer.currency, customer.name), customer);
  const done = { linked: 0, failed: 0 };
  for (const party of parties) {
    const sides = party.flatMap((side) => sideOf(known, side) ?? []);
    const outcome = sides.length < party.length ? 'failed' : await tie(gateway, sides);
    if (outcome !== 'tied before') done[outcome]++;
  }
  return done;
}

const nameIn = (currency: string, name: string): string => `${currency} ${name.toLowerCase()}`;

const sideOf = (known: ReadonlyMap<string, GatewayCustomer>, side: LedgerCustomer): GatewayCustomer | undefined =>
  [side.display_name, otherName(side)]
    .map((name) => known.get(nameIn(side.currency, name)))
    .find((customer) => customer !== undefined);

/** All point at one that has others already, else at the oldest, so that every run ties alike. */
async function tie(gateway: Gateway, sides: readonly GatewayCustomer[]): Promise<'linked' | 'failed' | 'tied before'> {
  const [first, ...others] = sides.toSorted(
    (a, b) => Number(b.other_currencies.length > 0) - Number(a.other_currencies.length > 0) || a.id - b.id,
  );
  const loose = others.filter(({ other_currencies: tied }) => !tied.some(({ id }) => id === first!.id));
  try {
    for (const { id } of loose) await gateway.linkCurrency(id, first!.id);
  } catch (error) {
    if (error instanceof RequestRefused && error.status === 409) return 'failed';
    throw error;
  }
  return loose.length > 0 ? 'linked' : 'tied before';
}
