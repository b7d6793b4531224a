import {
  create,
  customerKey,
  InvoiceState_State,
  InvoiceStateSchema,
  outgoing,
  topicDefs,
  type OutgoingEvent,
} from '@cashloop/events';
import { customers } from '../bench/world.ts';
import type { Seeded } from './seeded.ts';

const orgId = '1';
/** No Postgres number is as large: the event can be read, and its handler fails. */
const TOO_MUCH = '9'.repeat(25);

/** Bad events among the good ones of the same customers: every other one cannot be read, every other one is refused. */
export class Poison {
  /** Their ids: exactly these must end as dead letters. */
  readonly planted = new Set<string>();
  private readonly random: Seeded;

  constructor(random: Seeded) {
    this.random = random;
  }

  next(): OutgoingEvent {
    const customerId = String(this.random.between(1, customers));
    const n = this.planted.size;
    const invoiceId = `00000000-0000-5000-9000-${String(n).padStart(12, '0')}`;
    const data = create(InvoiceStateSchema, {
      invoiceId,
      version: 1,
      customerId,
      state: InvoiceState_State.OPEN,
      currency: 'USD',
      totalMinor: TOO_MUCH,
      netMinor: TOO_MUCH,
      balanceMinor: TOO_MUCH,
      issueDate: '2026-11-01',
      dueDate: '2026-12-01',
      sourceDueDate: '2026-12-01',
      exchangeRate: '1',
      source: { system: 'quickbooks', company: '4620816365000000099', externalId: `poison-${n}` },
    });
    const fields = { orgId, key: customerKey(orgId, customerId), subject: `invoice/${invoiceId}`, time: new Date() };
    const event = outgoing(topicDefs.receivable, 'invoice_created', data, fields);
    this.planted.add(event.id);
    return n % 2 === 0 ? { ...event, value: event.value.slice(0, -10) } : event;
  }
}
