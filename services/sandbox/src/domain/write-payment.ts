import type { ExactObject } from './exact-json.ts';
import { businessRule, invalidReference, missing } from './faults.ts';
import { rateOf } from './exchange-rates.ts';
import type { ApplicationLine } from './ledger.ts';
import {
  amountOf,
  dateOf,
  mergeBody,
  objectsOf,
  optionalAmountOf,
  refOf,
  refuseUnknown,
  textOf,
  without,
} from './read-body.ts';
import type { Customer, Txn } from './records.ts';
import { checkTotal, currencyOf, exchangeRateOf, voidedNote } from './write-sales.ts';
import { isSparse, type WriteContext } from './write-request.ts';

// prettier-ignore
const kept = new Set([
  'Id', 'SyncToken', 'MetaData', 'domain', 'sparse', 'status', 'time', 'CustomerRef', 'CurrencyRef', 'ExchangeRate',
  'DocNumber', 'TxnDate', 'LinkedTxn', 'TotalAmt', 'UnappliedAmt', 'Line',
]);

/** A payment and the lines to apply; undefined lines stay as they are. */
export interface WrittenPayment {
  payment: Txn;
  lines: ApplicationLine[] | undefined;
}

/** A payment created (`before` undefined) or updated. @throws ApiFault 2010, 2020, 2050, 2500, 6000 */
export function writePayment(
  body: ExactObject,
  before: Txn | undefined,
  customerOf: (id: string) => Customer,
  context: WriteContext,
): WrittenPayment {
  refuseUnknown('Payment', body);
  const old = before !== undefined && isSparse(body) ? before : undefined;
  const customer = customerOf(refOf(body, 'CustomerRef') ?? old?.customerId ?? fail('CustomerRef'));
  const currency = currencyOf(body, customer);
  const totalMinor = optionalAmountOf(body, 'TotalAmt', currency) ?? old?.totalMinor ?? fail('TotalAmt');
  checkTotal(totalMinor);
  const payment: Txn = {
    id: before?.id ?? context.newId,
    kind: 'Payment',
    state: before?.state === 'voided' && totalMinor === 0n ? 'voided' : 'open',
    syncToken: before === undefined ? 0 : before.syncToken + 1,
    createdAt: before?.createdAt ?? context.now,
    updatedAt: context.now,
    customerId: customer.id,
    currency,
    exchangeRate: exchangeRateOf(body) ?? old?.exchangeRate ?? rateOf(currency, context.company.homeCurrency),
    docNumber: textOf(body, 'DocNumber', 21) ?? old?.docNumber ?? null,
    txnDate: dateOf(body, 'TxnDate') ?? old?.txnDate ?? context.today,
    dueDate: null,
    totalMinor,
    taxMinor: 0n,
    openMinor: totalMinor,
    body: mergeBody(old?.body ?? {}, without(body, kept), old !== undefined),
  };
  const keepLines = old !== undefined && body['Line'] === undefined;
  return { payment, lines: keepLines ? undefined : paymentLines(body, currency) };
}

/** A voided payment: nothing received, nothing applied. */
export const voidedPayment = (before: Txn, now: Date): Txn => ({
  ...before,
  state: 'voided',
  syncToken: before.syncToken + 1,
  updatedAt: now,
  totalMinor: 0n,
  openMinor: 0n,
  body: { ...before.body, PrivateNote: voidedNote(before.body) },
});

/** Ids of the documents a payment's lines name: they are loaded before the write is decided. */
export const targetsOf = (body: ExactObject): string[] =>
  objectsOf(body, 'Line').flatMap((line) =>
    objectsOf(line, 'LinkedTxn').flatMap((link) => textOf(link, 'TxnId', 40) ?? []),
  );

/** @throws ApiFault 2020, 2500 */
function paymentLines(body: ExactObject, currency: string): ApplicationLine[] {
  return objectsOf(body, 'Line').map((line) => {
    const amountMinor = amountOf(line, 'Amount', currency);
    if (amountMinor < 0n) throw businessRule('The amount of a line must be 0 or greater', 'Line');
    const [link, more] = objectsOf(line, 'LinkedTxn');
    if (link === undefined || more !== undefined) throw missing('Line.LinkedTxn');
    const [targetId, targetKind] = [textOf(link, 'TxnId', 40), textOf(link, 'TxnType', 40)];
    if (targetId === undefined) throw missing('LinkedTxn.TxnId');
    if (targetKind !== 'Invoice' && targetKind !== 'CreditMemo')
      throw invalidReference(`Transaction type ${targetKind}`);
    return { targetId, targetKind, amountMinor };
  });
}

function fail(element: string): never {
  throw missing(element);
}
