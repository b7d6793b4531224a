import type { OutgoingEvent } from '@cashloop/events';
import { limit as usualLimit } from './world.ts';

/** One customer, as it must be. */
export interface Account {
  exposure: bigint;
  held: boolean;
  /** How often the hold came or went. */
  crossings: number;
  /** The exposure when it last did. */
  crossedAt: bigint;
}

interface Body {
  invoice_id: string;
  version: number;
  customer_id: string;
  balance_minor: string;
}

/** What must come of invoice events, kept apart from everything under measurement. */
export class Books {
  readonly accounts = new Map<string, Account>();
  readonly #invoices = new Map<string, { version: number; balance: bigint }>();
  readonly #limit: bigint;

  /** @param known customers that have an account before any event */
  constructor(limit = usualLimit, known = 0) {
    this.#limit = limit;
    for (let id = 1; id <= known; id += 1) this.#account(String(id));
  }

  get invoices(): number {
    return this.#invoices.size;
  }

  /** Newest versions of all invoices, added up. */
  get versions(): number {
    let sum = 0;
    for (const { version } of this.#invoices.values()) sum += version;
    return sum;
  }

  /** Events in the order in which each customer's stand on the topic. */
  add(events: readonly OutgoingEvent[]): this {
    for (const event of events) this.take(event);
    return this;
  }

  /** @returns whether a reader of holds hears of it who wants every change of what is over the limit */
  take(event: OutgoingEvent): boolean {
    const body = JSON.parse(event.value) as Body;
    const known = this.#invoices.get(body.invoice_id);
    if (known !== undefined && known.version >= body.version) return false;
    const balance = BigInt(body.balance_minor);
    this.#invoices.set(body.invoice_id, { version: body.version, balance });
    return this.#move(this.#account(body.customer_id), balance - (known?.balance ?? 0n));
  }

  #move(account: Account, difference: bigint): boolean {
    const before = account.held;
    account.exposure += difference;
    account.held = account.exposure > this.#limit;
    if (account.held !== before) {
      account.crossings += 1;
      account.crossedAt = account.exposure;
    }
    return (before || account.held) && difference !== 0n;
  }

  #account(id: string): Account {
    const account = this.accounts.get(id) ?? { exposure: 0n, held: false, crossings: 0, crossedAt: 0n };
    this.accounts.set(id, account);
    return account;
  }
}
