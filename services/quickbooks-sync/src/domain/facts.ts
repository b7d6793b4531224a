/** The word for QuickBooks in ids, links and events. */
export const SYSTEM = 'quickbooks';

/** Documents this service publishes, in the order in which a change tells them. */
export const DOCUMENT_KINDS = ['invoice', 'credit_note', 'payment'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

interface CommonFacts {
  externalId: string;
  customerExternalId: string;
  /** SyncToken: digits; raised by QuickBooks with every change of the document (not always of its links). */
  marker: string;
  /** LastUpdatedTime as ISO instant. */
  updatedAt: string;
  currency: string;
  /** Home currency for one unit of `currency`, decimal; "1" when the same, "" when QuickBooks names none. */
  exchangeRate: string;
  number: string;
  /** ISO date: TxnDate. */
  date: string;
  totalMinor: bigint;
  voided: boolean;
}

/** An invoice as QuickBooks shows it. */
export interface InvoiceFacts extends CommonFacts {
  kind: 'invoice';
  netMinor: bigint;
  balanceMinor: bigint;
  dueDate: string;
  orderId: string;
  /** Payments that QuickBooks names as linked. */
  paymentIds: string[];
}

/** One line of a payment: what it settles, or which credit it spends. */
export interface PaymentLine {
  to: 'invoice' | 'credit_note' | 'other';
  externalId: string;
  amountMinor: bigint;
}

/** A payment as QuickBooks shows it; with a total of 0 it only applies credit memos. */
export interface PaymentFacts extends CommonFacts {
  kind: 'payment';
  unappliedMinor: bigint;
  lines: PaymentLine[];
  /** Seen alive with a total of 0: it only applies credit memos. Once voided, QuickBooks shows it like any voided payment. */
  onlyAppliesCredit?: true;
}

/** A credit memo as QuickBooks shows it. */
export interface CreditNoteFacts extends CommonFacts {
  kind: 'credit_note';
  netMinor: bigint;
  remainingMinor: bigint;
}

export type DocumentFacts = InvoiceFacts | PaymentFacts | CreditNoteFacts;

/** A customer as QuickBooks shows it. */
export interface CustomerFacts {
  externalId: string;
  marker: string;
  updatedAt: string;
  name: string;
  email: string;
  phone: string;
  currency: string;
  parentExternalId: string;
  active: boolean;
}

/** `<kind>:<external id>`: names a document inside one company. */
export type DocumentKey = `${DocumentKind}:${string}`;

export const keyOf = (document: { kind: DocumentKind; externalId: string }): DocumentKey =>
  `${document.kind}:${document.externalId}`;

/** Order of documents in a change: by kind, then by QuickBooks' id as a number. */
export function compareDocuments(
  a: { kind: DocumentKind; externalId: string },
  b: { kind: DocumentKind; externalId: string },
): number {
  const kinds = DOCUMENT_KINDS.indexOf(a.kind) - DOCUMENT_KINDS.indexOf(b.kind);
  return kinds !== 0 ? kinds : compareIds(a.externalId, b.externalId);
}

/** Ids and SyncTokens are digits: longer is larger. */
export function compareIds(a: string, b: string): number {
  return a.length !== b.length ? a.length - b.length : a < b ? -1 : a > b ? 1 : 0;
}
