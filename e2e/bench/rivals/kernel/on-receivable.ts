import { Injectable } from '@nestjs/common';
import { topicDefs, type Event, type InvoiceState, type OutgoingEvent } from '@cashloop/events';
import { Handles, type HandlerContext } from '@cashloop/messaging';
import { type Account, BenchStore, type Invoice } from './bench.store.ts';
import { holdEvent } from './hold-event.ts';

const limit = 100_000n;

/** Newest version wins, exposure moves by the difference, a hold comes and goes with the limit: as in the plain design. */
@Injectable()
export class OnReceivable {
  constructor(private readonly store: BenchStore) {}

  @Handles(topicDefs.receivable, { projection: 'bench-invoices' })
  async handle(events: readonly Event[], { tx, now }: HandlerContext): Promise<OutgoingEvent[]> {
    const invoices = events.filter(isInvoice).map(({ orgId, data }) => ({ orgId, data }));
    if (invoices.length === 0) return [];
    const accounts = await this.store.lock(tx, invoices);
    const known = await this.store.known(tx, [...new Set(invoices.map(({ data }) => data.invoiceId))]);
    const changed = new Map<string, Invoice>();
    const holds: OutgoingEvent[] = [];
    for (const invoice of invoices) {
      const { invoiceId, version, customerId, balanceMinor } = invoice.data;
      const before = known.get(invoiceId);
      if (before !== undefined && before.version >= version) continue;
      const balance = BigInt(balanceMinor);
      known.set(invoiceId, { version, balance });
      changed.set(invoiceId, invoice);
      const account = accounts.get(customerId)!;
      if (judge(account, balance - (before?.balance ?? 0n))) holds.push(holdEvent(account, now));
    }
    await this.store.save(tx, [...changed.values()], [...accounts.values()]);
    return holds;
  }
}

const isInvoice = (event: Event): event is Event<InvoiceState> => event.type.startsWith('invoice_');

/** @returns whether the hold came or went */
function judge(account: Account, difference: bigint): boolean {
  account.exposure += difference;
  const held = account.exposure > limit;
  if (held === account.held) return false;
  account.held = held;
  account.version += 1;
  return true;
}
