import fc, { type Arbitrary } from 'fast-check';
import {
  Application_Kind,
  create,
  type CreditNoteState,
  CreditNoteState_State,
  CreditNoteStateSchema,
  type InvoiceState,
  InvoiceState_State,
  InvoiceStateSchema,
  type PaymentState,
  PaymentState_State,
  PaymentStateSchema,
} from '@cashloop/events';
import { aCurrency, anAmountMinor } from './money-arbitraries.ts';

export const anOrgId = (): Arbitrary<string> => fc.integer({ min: 1, max: 5 }).map(String);
export const aCustomerId = (): Arbitrary<string> => fc.integer({ min: 1, max: 50 }).map(String);
const aVersion = (): Arbitrary<number> => fc.integer({ min: 1, max: 1_000 });
const anExternalId = (): Arbitrary<string> => fc.integer({ min: 1, max: 9_999 }).map(String);

/** An ISO date of this decade. */
export const aDate = (): Arbitrary<string> =>
  fc.integer({ min: 0, max: 3_650 }).map((day) => new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10));

const source = (externalId: string, externalType: string) => ({
  system: 'quickbooks',
  company: 'company-1',
  externalId,
  externalType,
  marker: '0',
});

/** Fields every document has. */
const common = () => ({
  id: fc.uuid(),
  version: aVersion(),
  customerId: aCustomerId(),
  currency: aCurrency(),
  total: anAmountMinor(10n ** 9n),
  left: fc.bigInt({ min: 0n, max: 1_000n }),
  date: aDate(),
  externalId: anExternalId(),
});

/** The part of `total` that is still open, chosen by `perMille`. */
const partOf = (total: bigint, perMille: bigint): bigint => (total * perMille) / 1_000n;

function invoiceStateOf(total: bigint, balance: bigint): InvoiceState_State {
  if (total === 0n) return InvoiceState_State.ZERO;
  if (balance === 0n) return InvoiceState_State.PAID;
  return balance === total ? InvoiceState_State.OPEN : InvoiceState_State.PARTLY_PAID;
}

/** An invoice whose state fits its figures; voided and deleted ones owe nothing. */
export const anInvoice = (over: Partial<Omit<InvoiceState, '$typeName'>> = {}): Arbitrary<InvoiceState> =>
  fc
    .record({
      ...common(),
      gone: fc.constantFrom(undefined, undefined, undefined, InvoiceState_State.VOIDED, InvoiceState_State.DELETED),
    })
    .map((it) => {
      const total = it.gone === undefined ? it.total : 0n;
      const balance = partOf(total, it.left);
      return create(InvoiceStateSchema, {
        invoiceId: it.id,
        version: it.version,
        customerId: it.customerId,
        state: it.gone ?? invoiceStateOf(total, balance),
        number: `INV-${it.externalId}`,
        currency: it.currency,
        totalMinor: String(total),
        netMinor: String(total),
        balanceMinor: String(balance),
        issueDate: it.date,
        dueDate: it.date,
        sourceDueDate: it.date,
        exchangeRate: '1',
        settledBy: {
          cashMinor: String(total - balance),
          creditMinor: '0',
          writeOffMinor: '0',
          discountMinor: '0',
          otherMinor: '0',
        },
        source: source(it.externalId, 'Invoice'),
        ...over,
      });
    });

/** A payment, part of it applied to one invoice. */
export const aPayment = (over: Partial<Omit<PaymentState, '$typeName'>> = {}): Arbitrary<PaymentState> =>
  fc.record({ ...common(), invoiceId: fc.uuid() }).map((it) => {
    const unapplied = partOf(it.total, it.left);
    return create(PaymentStateSchema, {
      paymentId: it.id,
      version: it.version,
      customerId: it.customerId,
      state: PaymentState_State.RECEIVED,
      currency: it.currency,
      totalMinor: String(it.total),
      unappliedMinor: String(unapplied),
      date: it.date,
      applications: [
        {
          invoiceId: it.invoiceId,
          amountMinor: String(it.total - unapplied),
          date: it.date,
          kind: Application_Kind.CASH,
        },
      ],
      exchangeRate: '1',
      source: source(it.externalId, 'Payment'),
      ...over,
    });
  });

/** A credit note, open or applied as its figures say. */
export const aCreditNote = (over: Partial<Omit<CreditNoteState, '$typeName'>> = {}): Arbitrary<CreditNoteState> =>
  fc.record(common()).map((it) => {
    const unapplied = partOf(it.total, it.left);
    return create(CreditNoteStateSchema, {
      creditNoteId: it.id,
      version: it.version,
      customerId: it.customerId,
      state: unapplied > 0n ? CreditNoteState_State.OPEN : CreditNoteState_State.APPLIED,
      currency: it.currency,
      totalMinor: String(it.total),
      netMinor: String(it.total),
      unappliedMinor: String(unapplied),
      issueDate: it.date,
      exchangeRate: '1',
      source: source(it.externalId, 'CreditMemo'),
      ...over,
    });
  });
