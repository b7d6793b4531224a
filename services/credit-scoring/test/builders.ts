import {
  create,
  CreditNoteState_State,
  CreditNoteStateSchema,
  CustomerStateSchema,
  customerKey,
  ImportStateSchema,
  InvoiceState_State,
  InvoiceStateSchema,
  PaymentState_State,
  PaymentStateSchema,
  TieOutStateSchema,
  timestampFromDate,
  type CustomerState,
  type Event,
} from '@cashloop/events';
import type { ReceivableEvent } from '../src/domain/ledger.ts';

export const NOW = new Date('2026-03-02T10:00:00Z');

let serial = 0n;

/** What stands around a document in an event. */
export interface Around {
  orgId?: string;
  changeId?: string;
  changeCustomers?: string[];
  last?: boolean;
  time?: Date;
  id?: string;
}

type Body = { readonly customerId: string };

function wrap<M extends Body & Event['data']>(type: string, data: M, around: Around): Event<M> {
  const orgId = around.orgId ?? '1';
  serial += 1n;
  return {
    id: around.id ?? `event-${serial}`,
    type,
    source: 'quickbooks-sync',
    time: around.time ?? NOW,
    subject: '',
    orgId,
    key: customerKey(orgId, data.customerId),
    data,
    changeId: around.changeId,
    changeCustomers: around.changeCustomers,
    last: around.last ?? true,
    observed: 'live',
    topic: 'test',
    partition: 0,
    offset: serial,
  };
}

const source = { system: 'quickbooks', company: '9341', externalId: 'x', externalType: 'X', marker: '0' };

/** Ids in tests are small numbers: a uuid that ends in them. */
export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export interface InvoiceSketch {
  id: number;
  version?: number;
  customer?: string;
  balance: bigint;
  total?: bigint;
  currency?: string;
  rate?: string;
  state?: InvoiceState_State;
  movedTo?: string;
}

export function invoice(sketch: InvoiceSketch, around: Around = {}): ReceivableEvent {
  const total = sketch.total ?? sketch.balance;
  const state = sketch.state ?? (sketch.balance === 0n ? InvoiceState_State.PAID : InvoiceState_State.OPEN);
  const data = create(InvoiceStateSchema, {
    invoiceId: uuid(sketch.id),
    version: sketch.version ?? 1,
    customerId: sketch.customer ?? '5',
    state,
    number: String(sketch.id),
    currency: sketch.currency ?? 'USD',
    totalMinor: String(total),
    netMinor: String(total),
    balanceMinor: String(sketch.balance),
    issueDate: '2026-02-01',
    dueDate: '2026-03-03',
    sourceDueDate: '2026-03-03',
    exchangeRate: sketch.rate ?? '1',
    movedToCustomerId: sketch.movedTo ?? '',
    source,
  });
  return wrap('invoice_updated', data, around);
}

export interface PaymentSketch {
  id: number;
  version?: number;
  customer?: string;
  total: bigint;
  unapplied: bigint;
  currency?: string;
  rate?: string;
  state?: PaymentState_State;
}

export function payment(sketch: PaymentSketch, around: Around = {}): ReceivableEvent {
  const data = create(PaymentStateSchema, {
    paymentId: uuid(sketch.id),
    version: sketch.version ?? 1,
    customerId: sketch.customer ?? '5',
    state: sketch.state ?? PaymentState_State.RECEIVED,
    currency: sketch.currency ?? 'USD',
    totalMinor: String(sketch.total),
    unappliedMinor: String(sketch.unapplied),
    date: '2026-03-01',
    exchangeRate: sketch.rate ?? '1',
    source,
  });
  return wrap('payment_updated', data, around);
}

export function creditNote(sketch: PaymentSketch, around: Around = {}): ReceivableEvent {
  const data = create(CreditNoteStateSchema, {
    creditNoteId: uuid(sketch.id),
    version: sketch.version ?? 1,
    customerId: sketch.customer ?? '5',
    state: CreditNoteState_State.OPEN,
    currency: sketch.currency ?? 'USD',
    totalMinor: String(sketch.total),
    netMinor: String(sketch.total),
    unappliedMinor: String(sketch.unapplied),
    issueDate: '2026-03-01',
    exchangeRate: sketch.rate ?? '1',
    source,
  });
  return wrap('credit_note_updated', data, around);
}

export function importCompleted(customer = '5', around: Around = {}, asOf = NOW): ReceivableEvent {
  const data = create(ImportStateSchema, {
    customerId: customer,
    system: 'quickbooks',
    company: '9341',
    version: 1,
    asOf: timestampFromDate(asOf),
  });
  return wrap('import_completed', data, around);
}

export function tieOut(agrees: boolean, version = 1, customer = '5', around: Around = {}): ReceivableEvent {
  const data = create(TieOutStateSchema, {
    customerId: customer,
    system: 'quickbooks',
    company: '9341',
    version,
    agrees,
    currency: 'USD',
    oursMinor: '0',
    theirsMinor: '0',
    asOf: timestampFromDate(NOW),
  });
  return wrap('tie_out_changed', data, around);
}

export interface CustomerSketch {
  id?: string;
  version?: number;
  currency?: string;
  parent?: string;
  /** Companies of quickbooks. */
  linkedTo?: string[];
}

export function customer(sketch: CustomerSketch = {}, around: Around = {}): Event<CustomerState> {
  const data = create(CustomerStateSchema, {
    customerId: sketch.id ?? '5',
    version: sketch.version ?? 1,
    teriCode: `TERI-${sketch.id ?? '5'}`,
    name: 'never stored',
    currency: sketch.currency ?? 'USD',
    parentCustomerId: sketch.parent ?? '',
    active: true,
    links: (sketch.linkedTo ?? ['9341']).map((company) => ({ system: 'quickbooks', company, externalId: '7' })),
  });
  return wrap('customer_upserted', data, around);
}
