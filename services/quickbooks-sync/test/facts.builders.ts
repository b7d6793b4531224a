import type { CreditNoteFacts, CustomerFacts, InvoiceFacts, PaymentFacts, PaymentLine } from '../src/domain/facts.ts';
import type { Ledger, LedgerCustomer } from '../src/domain/ledger.ts';
import type { Reading } from '../src/domain/reading.ts';

const common = {
  customerExternalId: '58',
  marker: '0',
  updatedAt: '2026-11-02T09:00:00.000Z',
  currency: 'USD',
  exchangeRate: '1',
  number: '',
  date: '2026-11-02',
  voided: false,
};

export const anInvoice = (fields: Partial<InvoiceFacts> = {}): InvoiceFacts => {
  const totalMinor = fields.totalMinor ?? 125_000n;
  return {
    ...common,
    kind: 'invoice',
    externalId: '412',
    totalMinor,
    netMinor: totalMinor,
    balanceMinor: totalMinor,
    dueDate: '2026-12-02',
    orderId: '',
    paymentIds: [],
    ...fields,
  };
};

export const aPayment = (fields: Partial<PaymentFacts> = {}): PaymentFacts => ({
  ...common,
  kind: 'payment',
  externalId: '500',
  totalMinor: 60_000n,
  unappliedMinor: 0n,
  date: '2026-11-10',
  lines: [toInvoice('412', 60_000n)],
  ...fields,
});

export const aCreditNote = (fields: Partial<CreditNoteFacts> = {}): CreditNoteFacts => {
  const totalMinor = fields.totalMinor ?? 20_000n;
  return {
    ...common,
    kind: 'credit_note',
    externalId: '600',
    totalMinor,
    netMinor: totalMinor,
    remainingMinor: totalMinor,
    ...fields,
  };
};

export const aCustomer = (fields: Partial<CustomerFacts> = {}): CustomerFacts => ({
  externalId: '58',
  marker: '0',
  updatedAt: '2026-11-01T09:00:00.000Z',
  name: 'Customer 58',
  email: '',
  phone: '',
  currency: 'USD',
  parentExternalId: '',
  active: true,
  ...fields,
});

export const toInvoice = (externalId: string, amountMinor: bigint): PaymentLine => ({
  to: 'invoice',
  externalId,
  amountMinor,
});
export const toCreditNote = (externalId: string, amountMinor: bigint): PaymentLine => ({
  to: 'credit_note',
  externalId,
  amountMinor,
});

export const aReading = (fields: Partial<Reading> = {}): Reading => ({
  readAt: '2026-11-21T10:00:00.000Z',
  customers: [],
  documents: [],
  deletions: [],
  ...fields,
});

export const linked = (externalId: string, customerId: string): LedgerCustomer => ({
  externalId,
  facts: aCustomer({ externalId }),
  readAt: '2026-11-20T10:00:00.000Z',
  version: 1,
  customerId,
  released: true,
});

export const emptyLedger = (...customers: LedgerCustomer[]): Ledger => ({
  orgId: '1',
  company: '4620816365000000000',
  ratesLeadToBase: true,
  customers: new Map(customers.map((customer) => [customer.externalId, customer])),
  documents: new Map(),
});
