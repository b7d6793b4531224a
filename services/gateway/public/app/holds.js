import { scaled, unscaled } from './money.js';

/** Holds as this page knows them: the highest version of each account. */

const SEVERITY_RANK = { hard: 3, soft: 2, warn: 1 };

export class Holds {
  #shown = new Map();
  #coming = null;

  /** A snapshot follows. What is shown stays until it is complete. */
  reset() {
    this.#coming = new Map();
  }

  /** @returns 'placed', 'changed', 'released' or null: what this is news of, once the first list is complete */
  apply(hold) {
    if (this.#coming) this.#keep(this.#coming, hold);
    const before = this.#shown.get(hold.account_id);
    if (before && before.version >= hold.version) return null;
    if (this.#coming) return null;
    this.#keep(this.#shown, hold);
    const wasHeld = before?.state === 'held';
    if (hold.state === 'held') return wasHeld ? 'changed' : 'placed';
    return wasHeld ? 'released' : null;
  }

  /** The list is complete. */
  ready() {
    if (this.#coming) this.#shown = this.#coming;
    this.#coming = null;
  }

  #keep(map, hold) {
    const known = map.get(hold.account_id);
    if (!known || known.version < hold.version) map.set(hold.account_id, hold);
  }

  held() {
    return [...this.#shown.values()].filter((hold) => hold.state === 'held');
  }
}

/** When the hold began: its oldest cause. */
export function sinceOf(hold) {
  const times = hold.causes.map((cause) => cause.since).filter(Boolean);
  return times.sort()[0] ?? hold.valid_from;
}

const CAUSES = { over_limit: 'Over the limit', overdue: 'Overdue', rating: 'Credit rating', manual: 'Placed by hand' };
export const causeName = (kind) => CAUSES[kind] ?? kind.replaceAll('_', ' ');

export function matches(hold, name, { text, severity, currency }) {
  if (severity && hold.severity !== severity) return false;
  if (currency && hold.currency !== currency) return false;
  if (!text) return true;
  const causes = hold.causes.map((cause) => `${causeName(cause.kind)} ${cause.note}`).join(' ');
  const haystack = `${name ?? ''} ${hold.account_id} ${hold.currency} ${causes}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

/** Amounts of different currencies are not compared: they stand by currency. */
const byAmount = (key) => (a, b) => compare(a.currency, b.currency) || compareAmounts(a[key], b[key]);
const compareAmounts = (a, b) => compare(a === null ? null : scaled(a), b === null ? null : scaled(b));

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  return a < b ? -1 : 1;
}

export function sorted(holds, { key, descending }, nameOf) {
  const orders = {
    severity: (a, b) => compare(SEVERITY_RANK[a.severity] ?? 0, SEVERITY_RANK[b.severity] ?? 0),
    customer: (a, b) =>
      (nameOf(a.account_id) ?? '').localeCompare(nameOf(b.account_id) ?? '', undefined, {
        numeric: true,
        sensitivity: 'base',
      }),
    exposure: byAmount('exposure'),
    limit: byAmount('limit'),
    excess: byAmount('excess'),
    since: (a, b) => compare(sinceOf(a), sinceOf(b)),
  };
  const order = orders[key];
  const turn = descending ? -1 : 1;
  return [...holds].sort((a, b) => turn * order(a, b) || compare(Number(a.account_id), Number(b.account_id)));
}

/** Per currency: number of holds, what they owe, by how much they are over. */
export function totals(holds) {
  const byCurrency = new Map();
  for (const hold of holds) {
    const sum = byCurrency.get(hold.currency) ?? { count: 0, exposure: 0n, excess: 0n };
    sum.count += 1;
    sum.exposure += scaled(hold.exposure);
    sum.excess += scaled(hold.excess ?? '0');
    byCurrency.set(hold.currency, sum);
  }
  return [...byCurrency.entries()]
    .sort(([a], [b]) => compare(a, b))
    .map(([currency, sum]) => ({
      currency,
      count: sum.count,
      exposure: unscaled(sum.exposure),
      excess: unscaled(sum.excess),
    }));
}
