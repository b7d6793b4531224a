import type { CustomerFacts, DocumentFacts, DocumentKey, DocumentKind } from './facts.ts';
import { settlementsOf, type Settlement } from './spread.ts';
import type { Published } from './versions.ts';

/** Whether a document was found by a first import (history) or while we watched. */
export type Observed = 'live' | 'import';

/** A document as this service knows it: newest facts, and what its last event said. */
export interface LedgerDocument {
  kind: DocumentKind;
  externalId: string;
  documentId: string;
  facts: DocumentFacts;
  /** When the answer that brought the facts was given; ISO instant. */
  readAt: string;
  deleted: boolean;
  observed: Observed;
  /** Invoices only. */
  acceptedDueDate: string | null;
  /** Something was read that no event tells yet: the document waits for its customer to be linked or released. */
  parked: boolean;
  published: Published | null;
}

/** A customer of QuickBooks and what we made of it. */
export interface LedgerCustomer {
  externalId: string;
  /** Null while only a document has named it. */
  facts: CustomerFacts | null;
  readAt: string;
  /** Version of external_customer_seen; 0 before the first. */
  version: number;
  /** Ours; null until the customer master has linked it. */
  customerId: string | null;
  /** Its first import was told: its documents are published as they are read. */
  released: boolean;
}

/** The part of one company's books that a reading or a release works on, loaded and locked. */
export interface Ledger {
  orgId: string;
  company: string;
  /** Whether the company's home currency, to which its rates lead, is the org's base currency. */
  ratesLeadToBase: boolean;
  customers: Map<string, LedgerCustomer>;
  /** Documents of the reading and their links both ways, and all payments that settle any of them. */
  documents: Map<DocumentKey, LedgerDocument>;
}

/** What the payments of a ledger settle, by invoice and by credit note. */
export interface Settlements {
  ofInvoice: Map<string, Settlement[]>;
  ofCreditNote: Map<string, Settlement[]>;
}

export function settlementsIn(documents: Iterable<LedgerDocument>): Settlements {
  const ofInvoice = new Map<string, Settlement[]>();
  const ofCreditNote = new Map<string, Settlement[]>();
  for (const { facts, deleted } of documents) {
    if (facts.kind !== 'payment' || deleted) continue;
    for (const settlement of settlementsOf(facts)) {
      append(ofInvoice, settlement.invoiceId, settlement);
      if (settlement.from.kind === 'credit_note') append(ofCreditNote, settlement.from.externalId, settlement);
    }
  }
  return { ofInvoice, ofCreditNote };
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
