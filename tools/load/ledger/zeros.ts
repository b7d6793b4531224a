import { withoutZeros } from '../values/identifier.ts';
import { plain } from '../values/text.ts';

/** A customer as the file shows it so far. */
export interface SeenCustomer {
  readonly id: string;
  /** Names beside the number, the first few different ones. */
  readonly names: string[];
  /** In order of appearance. */
  readonly currencies: string[];
  rows: number;
}

/**
 * Finds customers whose numbers differ in zeros in front only, as 0100 and 100. They stay two customers unless the file
 * proves that they are one: the same name stands beside both. Then all their rows go to the longer number.
 * @returns number -> number it is part of
 */
export function joinZeros(customers: Iterable<SeenCustomer>, rule: 'prove' | 'keep' | 'merge'): Map<string, string> {
  const joined = new Map<string, string>();
  if (rule === 'keep') return joined;
  const byDigits = new Map<string, SeenCustomer[]>();
  for (const customer of customers) {
    const digits = withoutZeros(customer.id);
    if (digits !== undefined) byDigits.set(digits, [...(byDigits.get(digits) ?? []), customer]);
  }
  for (const group of byDigits.values()) {
    if (group.length < 2) continue;
    const [longest, ...others] = group.sort((a, b) => b.id.length - a.id.length);
    for (const other of others) if (rule === 'merge' || shareName(longest!, other)) joined.set(other.id, longest!.id);
  }
  return joined;
}

const shareName = (a: SeenCustomer, b: SeenCustomer): boolean => {
  const names = new Set(a.names.map(plain));
  return b.names.some((name) => plain(name) !== '' && names.has(plain(name)));
};

/** Pairs that look alike and stay apart, to be told. */
export function apartZeros(customers: Iterable<SeenCustomer>, joined: ReadonlyMap<string, string>): [string, string][] {
  const first = new Map<string, string>();
  const pairs: [string, string][] = [];
  for (const { id } of customers) {
    const digits = withoutZeros(id);
    if (digits === undefined || joined.has(id)) continue;
    const other = first.get(digits);
    if (other === undefined) first.set(digits, id);
    else pairs.push([other, id]);
  }
  return pairs;
}
