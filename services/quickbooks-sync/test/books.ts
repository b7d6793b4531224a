import { asChange, type ChangeStep } from '../src/domain/change.ts';
import { publish } from '../src/domain/publishing.ts';
import { absorb, type Reading } from '../src/domain/reading.ts';
import type { Ledger } from '../src/domain/ledger.ts';
import { aReading } from './facts.builders.ts';

/** One company's books in memory: what stores and handlers do around the domain, without a database. */
export class MemoryBooks {
  ledger: Ledger;
  #minute = 0;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Takes a live reading, one minute after the one before. */
  read(fields: Partial<Reading>): ChangeStep[] {
    const readAt = new Date(Date.UTC(2026, 10, 21, 10, this.#minute++)).toISOString();
    const absorbed = absorb(this.ledger, aReading({ readAt, ...fields }), 'live');
    this.ledger = absorbed.ledger;
    const { written } = publish(this.ledger, absorbed.documents, (id) => {
      const customer = this.ledger.customers.get(id);
      return customer !== undefined && customer.customerId !== null && customer.released;
    });
    return asChange(`change-${this.#minute}`, written);
  }

  /** As read, short: type, id, customer, state, balance or unapplied. */
  told(fields: Partial<Reading>): string[] {
    return this.read(fields).map(({ written: { document, version }, last }) => {
      const { content } = version;
      const amount = content.kind === 'invoice' ? content.balanceMinor : content.unappliedMinor;
      const moved = version.movedToCustomerId === '' ? '' : ` moved to ${version.movedToCustomerId}`;
      return `${version.type} ${document.externalId} v${version.version} c${version.customerId} ${content.state} ${amount}${moved}${last ? ' last' : ''}`;
    });
  }
}
