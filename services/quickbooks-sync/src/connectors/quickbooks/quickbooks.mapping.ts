import type {
  CreditNoteFacts,
  CustomerFacts,
  DocumentFacts,
  InvoiceFacts,
  PaymentFacts,
  PaymentLine,
} from '../../domain/facts.ts';
import { child, instant, list, minor, Misread, plain, ref, required, text, type QboObject } from './quickbooks.json.ts';

/** QuickBooks' words for what we read. */
export type QboEntity = 'Customer' | 'Invoice' | 'Payment' | 'CreditMemo';

const DATE = /^\d{4}-\d{2}-\d{2}/;
const ORDER_FIELD = /^(sales |purchase )?order( ?(id|no\.?|number|#))?$/i;
const ORDER_NOTE = /\border[ :#]+([A-Za-z0-9][A-Za-z0-9._/-]*)/i;

/** @param homeCurrency of the company: documents of one-currency companies name none */
export function mapDocument(
  entity: Exclude<QboEntity, 'Customer'>,
  object: QboObject,
  homeCurrency: string,
): DocumentFacts {
  switch (entity) {
    case 'Invoice':
      return mapInvoice(object, homeCurrency);
    case 'Payment':
      return mapPayment(object, homeCurrency);
    case 'CreditMemo':
      return mapCreditMemo(object, homeCurrency);
  }
}

export function mapInvoice(object: QboObject, homeCurrency: string): InvoiceFacts {
  const common = mapCommon(object, homeCurrency);
  return {
    kind: 'invoice',
    ...common,
    netMinor: common.totalMinor - taxMinor(object, common.currency),
    balanceMinor: minor(object, 'Balance', common.currency),
    dueDate: text(object, 'DueDate') === '' ? common.date : date(object, 'DueDate'),
    orderId: orderId(object),
    paymentIds: list(object, 'LinkedTxn')
      .filter((link) => text(link, 'TxnType') === 'Payment')
      .map((link) => text(link, 'TxnId')),
  };
}

export function mapPayment(object: QboObject, homeCurrency: string): PaymentFacts {
  const common = mapCommon(object, homeCurrency);
  return {
    kind: 'payment',
    ...common,
    number: text(object, 'PaymentRefNum'),
    unappliedMinor: minor(object, 'UnappliedAmt', common.currency),
    lines: list(object, 'Line').flatMap((line) => paymentLines(line, common.currency)),
  };
}

export function mapCreditMemo(object: QboObject, homeCurrency: string): CreditNoteFacts {
  const common = mapCommon(object, homeCurrency);
  const remaining = 'RemainingCredit' in object ? 'RemainingCredit' : 'Balance';
  return {
    kind: 'credit_note',
    ...common,
    netMinor: common.totalMinor - taxMinor(object, common.currency),
    remainingMinor: minor(object, remaining, common.currency),
  };
}

export function mapCustomer(object: QboObject, homeCurrency: string): CustomerFacts {
  const email = text(child(object, 'PrimaryEmailAddr'), 'Address');
  const grouped = object['Job'] === true || object['BillWithParent'] === true;
  return {
    externalId: required(object, 'Id'),
    marker: required(object, 'SyncToken'),
    updatedAt: instant(required(child(object, 'MetaData'), 'LastUpdatedTime')),
    name: text(object, 'DisplayName') || text(object, 'FullyQualifiedName') || text(object, 'CompanyName'),
    email,
    phone: text(child(object, 'PrimaryPhone'), 'FreeFormNumber'),
    currency: ref(object, 'CurrencyRef') || homeCurrency,
    parentExternalId: grouped ? ref(object, 'ParentRef') : '',
    active: object['Active'] !== false,
  };
}

function mapCommon(object: QboObject, homeCurrency: string) {
  const currency = ref(object, 'CurrencyRef') || homeCurrency;
  const totalMinor = minor(object, 'TotalAmt', currency);
  const customerExternalId = ref(object, 'CustomerRef');
  if (customerExternalId === '') throw new Misread('qbo.missing_field', 'CustomerRef is missing');
  return {
    externalId: required(object, 'Id'),
    customerExternalId,
    marker: required(object, 'SyncToken'),
    updatedAt: instant(required(child(object, 'MetaData'), 'LastUpdatedTime')),
    currency,
    exchangeRate: currency === homeCurrency ? '1' : rate(object),
    number: text(object, 'DocNumber'),
    date: date(object, 'TxnDate'),
    totalMinor,
    voided: totalMinor === 0n && /^\s*voided/i.test(text(object, 'PrivateNote')),
  };
}

/** Empty when QuickBooks names none. */
const rate = (object: QboObject): string => plain(text(object, 'ExchangeRate'));

function date(object: QboObject, field: string): string {
  const value = required(object, field);
  if (!DATE.test(value)) throw new Misread('qbo.bad_date', `${field} "${value.slice(0, 20)}" is not a date`);
  return value.slice(0, 10);
}

const taxMinor = (object: QboObject, currency: string): bigint =>
  minor(child(object, 'TxnTaxDetail'), 'TotalTax', currency);

/** A custom field named order (id, no, number) wins; else the note may say `order 7d1e`. */
function orderId(object: QboObject): string {
  const field = list(object, 'CustomField').find((one) => ORDER_FIELD.test(text(one, 'Name').trim()));
  const named = field === undefined ? '' : text(field, 'StringValue').trim();
  return named || (ORDER_NOTE.exec(text(object, 'PrivateNote'))?.[1] ?? '');
}

function paymentLines(line: QboObject, currency: string): PaymentLine[] {
  const amountMinor = minor(line, 'Amount', currency);
  return list(line, 'LinkedTxn').map((link, index) => ({
    to: lineTarget(text(link, 'TxnType')),
    externalId: text(link, 'TxnId'),
    // A line has one link; should it have more, its amount must not count twice.
    amountMinor: index === 0 ? amountMinor : 0n,
  }));
}

function lineTarget(type: string): PaymentLine['to'] {
  return type === 'Invoice' ? 'invoice' : type === 'CreditMemo' ? 'credit_note' : 'other';
}
