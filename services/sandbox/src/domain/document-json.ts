import { convert, formatDecimal } from '@cashloop/money';
import type { Company } from './company.ts';
import { exactNumber, type ExactNumber, type ExactObject, isObject } from './exact-json.ts';
import { objectsOf, without } from './read-body.ts';
import type { Application, Customer, Txn } from './records.ts';
import { netOf, subTotalLine } from './sales-lines.ts';
import { inSeconds } from './timestamps.ts';

/** What an answer names besides the document itself. */
export interface Links {
  customerName: string;
  /** Of a payment: its lines. Of an invoice or credit memo: the lines that name it. */
  applications: readonly Application[];
}

const money = (minor: bigint, currency: string): ExactNumber => exactNumber(formatDecimal(minor, currency));

/** An invoice, payment or credit memo as Intuit answers it. */
export function txnJson(txn: Txn, company: Company, links: Links): ExactObject {
  if (txn.state === 'deleted') return deletedJson(txn, company);
  return txn.kind === 'Payment' ? paymentJson(txn, company, links) : salesJson(txn, company, links);
}

/** What is left of a deleted document in the change feed. */
export const deletedJson = (txn: Pick<Txn, 'id' | 'updatedAt'>, company: Company): ExactObject => ({
  domain: 'QBO',
  status: 'Deleted',
  Id: txn.id,
  MetaData: { LastUpdatedTime: inSeconds(txn.updatedAt, company.timeZone) },
});

function head(record: Pick<Txn, 'id' | 'syncToken' | 'createdAt' | 'updatedAt'>, { timeZone }: Company): ExactObject {
  return {
    domain: 'QBO',
    sparse: false,
    Id: record.id,
    SyncToken: String(record.syncToken),
    MetaData: {
      CreateTime: inSeconds(record.createdAt, timeZone),
      LastUpdatedTime: inSeconds(record.updatedAt, timeZone),
    },
  };
}

function txnHead(txn: Txn, company: Company, links: Links): ExactObject {
  const foreign = txn.currency !== company.homeCurrency;
  return {
    ...head(txn, company),
    ...(txn.docNumber === null ? {} : { DocNumber: txn.docNumber }),
    TxnDate: txn.txnDate,
    CurrencyRef: { value: txn.currency, name: txn.currency },
    ...(foreign ? { ExchangeRate: exactNumber(txn.exchangeRate) } : {}),
    CustomerRef: { value: txn.customerId, name: links.customerName },
  };
}

const answeredApart = new Set(['Line', 'TxnTaxDetail']);

function salesJson(txn: Txn, company: Company, links: Links): ExactObject {
  const tax = txn.body['TxnTaxDetail'];
  const lines = objectsOf(txn.body, 'Line');
  const total = money(txn.totalMinor, txn.currency);
  const open = money(txn.openMinor, txn.currency);
  return {
    ...txnHead(txn, company, links),
    ...without(txn.body, answeredApart),
    LinkedTxn: links.applications.map((line) => ({ TxnId: line.paymentId, TxnType: 'Payment' })),
    Line: [...lines, subTotalLine(formatDecimal(netOf(lines, txn.currency), txn.currency))],
    TxnTaxDetail: { ...(isObject(tax) ? tax : {}), TotalTax: money(txn.taxMinor, txn.currency) },
    ...(txn.dueDate === null ? {} : { DueDate: txn.dueDate }),
    TotalAmt: total,
    ...homeAmounts(txn, company),
    ApplyTaxAfterDiscount: false,
    PrintStatus: txn.body['PrintStatus'] ?? 'NeedToPrint',
    EmailStatus: txn.body['EmailStatus'] ?? 'NotSet',
    Balance: open,
    ...(txn.kind === 'CreditMemo' ? { RemainingCredit: open } : {}),
  };
}

function homeAmounts(txn: Txn, { homeCurrency }: Company): ExactObject {
  if (txn.currency === homeCurrency) return {};
  const home = (minor: bigint) => money(convert(minor, txn.currency, homeCurrency, txn.exchangeRate), homeCurrency);
  return { HomeTotalAmt: home(txn.totalMinor), HomeBalance: home(txn.openMinor) };
}

function paymentJson(txn: Txn, company: Company, links: Links): ExactObject {
  return {
    ...txnHead(txn, company, links),
    ...txn.body,
    DepositToAccountRef: txn.body['DepositToAccountRef'] ?? { value: '4' },
    TotalAmt: money(txn.totalMinor, txn.currency),
    UnappliedAmt: money(txn.openMinor, txn.currency),
    ProcessPayment: false,
    Line: links.applications.map((line) => ({
      Amount: money(line.amountMinor, txn.currency),
      LinkedTxn: [{ TxnId: line.targetId, TxnType: line.targetKind }],
    })),
  };
}

/** What a customer's answer needs of its family. */
export interface Family {
  parentName?: string;
  /** Sum of the balances of its sub-customers in minor units. */
  jobsMinor: bigint;
}

/** A customer as Intuit answers it. */
export function customerJson(customer: Customer, company: Company, family: Family): ExactObject {
  const { parentName } = family;
  const isJob = customer.parentId !== null;
  return {
    ...head(customer, company),
    Taxable: false,
    ...customer.body,
    Job: isJob,
    BillWithParent: customer.body['BillWithParent'] ?? false,
    ...(isJob ? { ParentRef: { value: customer.parentId }, Level: exactNumber('1') } : {}),
    Balance: money(customer.balanceMinor, customer.currency),
    BalanceWithJobs: money(customer.balanceMinor + family.jobsMinor, customer.currency),
    CurrencyRef: { value: customer.currency, name: customer.currency },
    PreferredDeliveryMethod: customer.body['PreferredDeliveryMethod'] ?? 'None',
    IsProject: false,
    FullyQualifiedName: parentName === undefined ? customer.displayName : `${parentName}:${customer.displayName}`,
    DisplayName: customer.displayName,
    PrintOnCheckName: customer.body['PrintOnCheckName'] ?? customer.displayName,
    Active: customer.active,
  };
}
