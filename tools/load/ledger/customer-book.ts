import type { BulkCustomer } from './documents.ts';
import type { Plan } from './plan.ts';
import { shortened } from './naming.ts';

/** A customer of the stand-in: one number in one currency. */
export interface BookedCustomer {
  readonly key: string;
  readonly id: string;
  readonly currency: string;
  /** Minor units; the last one the file names. */
  limit?: bigint;
}

/** A row of the bulk call, with what else the file says of it. */
export type LedgerCustomer = BulkCustomer & {
  limit?: bigint;
  /** The file's customer: the same for all its currencies. */
  ledgerId: string;
};

/** Collects the customers that documents name. QuickBooks knows one currency per customer: two currencies make two customers. */
export class CustomerBook {
  readonly #plan: Plan;
  readonly #customers = new Map<string, BookedCustomer>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  get size(): number {
    return this.#customers.size;
  }

  take(id: string, currency: string, limit?: bigint): BookedCustomer {
    const key = keyOf(id, currency);
    let customer = this.#customers.get(key);
    if (customer === undefined) this.#customers.set(key, (customer = { key, id, currency }));
    if (limit !== undefined) customer.limit = limit;
    return customer;
  }

  all(): BookedCustomer[] {
    return [...this.#customers.values()];
  }

  /** Rows for the bulk call, with names that are unique in the file whatever their case. */
  rows(): LedgerCustomer[] {
    const used = new Set<string>();
    return this.all().map((customer) => {
      const name = unusedName(this.#nameOf(customer), used);
      used.add(name.toLowerCase());
      return {
        kind: 'customer',
        key: customer.key,
        display_name: name,
        currency: customer.currency,
        notes: this.#notes(customer),
        limit: customer.limit,
        ledgerId: customer.id,
      };
    });
  }

  #nameOf({ id, currency }: BookedCustomer): string {
    const own = this.#plan.names.get(id);
    const name = own === undefined || own === id ? id : `${own} (${id})`;
    const clean = shortened(name.replace(/:/g, '-').replace(/\s+/g, ' ').trim(), 90) || 'customer';
    return this.#plan.currencies.get(id)?.[0] === currency || this.#plan.currencies.get(id) === undefined
      ? clean
      : `${clean} (${currency})`;
  }

  /** For whoever looks into QuickBooks, whose own parent relation wants one currency; the customer master has the link. */
  #notes({ id, currency }: BookedCustomer): string {
    const others = (this.#plan.currencies.get(id) ?? [])
      .filter((code) => code !== currency)
      .map((code) => this.#customers.get(keyOf(id, code)))
      .filter((other) => other !== undefined);
    if (others.length === 0) return `Ledger customer ${id}.`;
    return `Ledger customer ${id}, its ${currency} side. Linked with ${others.map((other) => this.#nameOf(other)).join(', ')} (${others.map((other) => other.currency).join(', ')}).`;
  }
}

const keyOf = (id: string, currency: string): string => `customer:${shortened(id, 120)}:${currency}`;

function unusedName(name: string, used: ReadonlySet<string>): string {
  if (!used.has(name.toLowerCase())) return name;
  for (let n = 2; ; n++) if (!used.has(`${name} #${n}`.toLowerCase())) return `${name} #${n}`;
}

/** The name to try when the company has another customer of that name. */
export const otherName = (row: BulkCustomer): string =>
  row.display_name.endsWith(`(${row.currency})`) ? `${row.display_name} #2` : `${row.display_name} (${row.currency})`;
