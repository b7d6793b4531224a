import type { DocumentKind } from './facts.ts';

/** Where a document comes from. */
export interface SourceContent {
  company: string;
  externalId: string;
  externalType: string;
  /** Empty for a deletion. */
  marker: string;
}

export interface ApplicationContent {
  invoiceId: string;
  amountMinor: string;
  date: string;
  kind: 'CASH' | 'CREDIT' | 'WRITE_OFF' | 'DISCOUNT' | 'OTHER';
}

export type InvoiceWord = 'OPEN' | 'PARTLY_PAID' | 'PAID' | 'ZERO' | 'VOIDED' | 'DELETED';
export type PaymentWord = 'RECEIVED' | 'VOIDED' | 'DELETED';
export type CreditNoteWord = 'OPEN' | 'APPLIED' | 'VOIDED' | 'DELETED';

/** What an invoice event says, without version and customer. Amounts are minor units as text. */
export interface InvoiceContent {
  kind: 'invoice';
  state: InvoiceWord;
  number: string;
  currency: string;
  totalMinor: string;
  netMinor: string;
  balanceMinor: string;
  issueDate: string;
  dueDate: string;
  sourceDueDate: string;
  costMinor: string;
  orderId: string;
  exchangeRate: string;
  settledBy: {
    cashMinor: string;
    creditMinor: string;
    writeOffMinor: string;
    discountMinor: string;
    otherMinor: string;
  };
  source: SourceContent;
}

export interface PaymentContent {
  kind: 'payment';
  state: PaymentWord;
  number: string;
  currency: string;
  totalMinor: string;
  unappliedMinor: string;
  date: string;
  applications: ApplicationContent[];
  exchangeRate: string;
  source: SourceContent;
}

export interface CreditNoteContent {
  kind: 'credit_note';
  state: CreditNoteWord;
  number: string;
  currency: string;
  totalMinor: string;
  netMinor: string;
  unappliedMinor: string;
  issueDate: string;
  applications: ApplicationContent[];
  exchangeRate: string;
  source: SourceContent;
}

export type Content = InvoiceContent | PaymentContent | CreditNoteContent;

/** Equal when every field is: contents are always built field by field in the same order. */
export const sameContent = (a: Content, b: Content): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The content a document leaves under its old customer when it moves to another: nobody owes it twice. */
export function emptied(content: Content): Content {
  if (content.kind === 'invoice') return { ...content, balanceMinor: '0' };
  return { ...content, unappliedMinor: '0', applications: [] };
}

export const EXTERNAL_TYPES: Record<DocumentKind, string> = {
  invoice: 'Invoice',
  credit_note: 'CreditMemo',
  payment: 'Payment',
};
