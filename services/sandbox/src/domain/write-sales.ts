import { type ExactObject, isObject, numberText } from './exact-json.ts';
import { businessRule, invalidValue, missing } from './faults.ts';
import { rateOf } from './exchange-rates.ts';
import { dateOf, mergeBody, objectsOf, optionalAmountOf, refOf, refuseUnknown, textOf, without } from './read-body.ts';
import type { Customer, Txn } from './records.ts';
import { readSalesLines, type SalesLines, voidedLines } from './sales-lines.ts';
import { plusDays } from './timestamps.ts';
import { isSparse, type WriteContext } from './write-request.ts';

const DUE_AFTER_DAYS = 30;
// prettier-ignore
const kept = new Set([
  'Id', 'SyncToken', 'MetaData', 'domain', 'sparse', 'status', 'time', 'CustomerRef', 'CurrencyRef', 'ExchangeRate',
  'DocNumber', 'TxnDate', 'DueDate', 'LinkedTxn', 'TotalAmt', 'HomeTotalAmt', 'Balance', 'HomeBalance', 'RemainingCredit',
]);

/**
 * An invoice or credit memo created (`before` undefined) or updated; `openMinor` is left to the ledger.
 * @throws ApiFault 2010, 2020, 2050, 2170, 2500, 6000, 6070
 */
export function writeSales(
  kind: 'Invoice' | 'CreditMemo',
  body: ExactObject,
  before: Txn | undefined,
  customerOf: (id: string) => Customer,
  context: WriteContext,
): Txn {
  refuseUnknown(kind, body);
  const old = before !== undefined && isSparse(body) ? before : undefined;
  const customer = customerOf(refOf(body, 'CustomerRef') ?? old?.customerId ?? fail('CustomerRef'));
  const currency = currencyOf(body, customer);
  const merged = mergeBody(old?.body ?? {}, without(body, kept), old !== undefined);
  const { lines, netMinor } = linesOf(merged, currency);
  const taxMinor = taxOf(merged, currency);
  const totalMinor = merged['GlobalTaxCalculation'] === 'TaxInclusive' ? netMinor : netMinor + taxMinor;
  checkTotal(totalMinor);
  const txnDate = dateOf(body, 'TxnDate') ?? old?.txnDate ?? context.today;
  return {
    id: before?.id ?? context.newId,
    kind,
    state: before?.state === 'voided' && totalMinor === 0n ? 'voided' : 'open',
    syncToken: before === undefined ? 0 : before.syncToken + 1,
    createdAt: before?.createdAt ?? context.now,
    updatedAt: context.now,
    customerId: customer.id,
    currency,
    exchangeRate: exchangeRateOf(body) ?? old?.exchangeRate ?? rateOf(currency, context.company.homeCurrency),
    docNumber: textOf(body, 'DocNumber', 21) ?? old?.docNumber ?? context.newDocNumber,
    txnDate,
    dueDate:
      kind === 'CreditMemo' ? null : (dateOf(body, 'DueDate') ?? old?.dueDate ?? plusDays(txnDate, DUE_AFTER_DAYS)),
    totalMinor,
    taxMinor,
    openMinor: 0n,
    body: { ...merged, Line: lines },
  };
}

// Leaves room for the sums of a customer in a 64-bit column.
const MOST_MINOR = 10n ** 17n;

/** @throws ApiFault 6000 */
export function checkTotal(totalMinor: bigint): void {
  if (totalMinor < 0n) throw businessRule('Transaction amount must be 0 or greater', 'TotalAmt');
  if (totalMinor > MOST_MINOR) throw businessRule('Transaction amount is too large', 'TotalAmt');
}

/** A voided document: everything at 0, the note says so, the links are gone. */
export function voidedSales(before: Txn, now: Date): Txn {
  return {
    ...before,
    state: 'voided',
    syncToken: before.syncToken + 1,
    updatedAt: now,
    totalMinor: 0n,
    taxMinor: 0n,
    body: {
      ...without(before.body, new Set(['TxnTaxDetail'])),
      PrivateNote: voidedNote(before.body),
      Line: voidedLines(objectsOf(before.body, 'Line')),
    },
  };
}

export function voidedNote(body: ExactObject): string {
  const note = textOf(body, 'PrivateNote', 4000);
  if (note === undefined) return 'Voided';
  return note.startsWith('Voided') ? note : `Voided - ${note}`.slice(0, 4000);
}

/** The rate a client names, as text. @throws ApiFault 2010 */
export function exchangeRateOf(body: ExactObject): string | undefined {
  const rate = body['ExchangeRate'] === null ? undefined : numberText(body['ExchangeRate']);
  if (rate !== undefined && !/^\d{1,9}(\.\d{1,9})?$/.test(rate)) throw invalidValue('ExchangeRate', 'is not a rate');
  return rate;
}

/** @throws ApiFault 6000 when it is not the customer's */
export function currencyOf(body: ExactObject, customer: Customer): string {
  const asked = refOf(body, 'CurrencyRef') ?? customer.currency;
  if (asked !== customer.currency) {
    throw businessRule(`The currency of the transaction must be the customer's: ${customer.currency}`, 'CurrencyRef');
  }
  return asked;
}

function fail(element: string): never {
  throw missing(element);
}

const linesOf = (merged: ExactObject, currency: string): SalesLines => {
  textOf(merged, 'PrivateNote', 4000);
  return readSalesLines(merged, currency);
};

function taxOf(merged: ExactObject, currency: string): bigint {
  const detail = merged['TxnTaxDetail'];
  return isObject(detail) ? (optionalAmountOf(detail, 'TotalTax', currency) ?? 0n) : 0n;
}
