import { acceptDeletion, acceptFacts, type StoredMarker } from './acceptance.ts';
import { documentIdOf } from './document-id.ts';
import { factsToJson } from './facts-json.ts';
import {
  keyOf,
  type CustomerFacts,
  type DocumentFacts,
  type DocumentKey,
  type DocumentKind,
  type PaymentFacts,
} from './facts.ts';
import { acceptDueDate } from './invoice-content.ts';
import type { Ledger, LedgerCustomer, LedgerDocument, Observed } from './ledger.ts';
import { remembering } from './payment-content.ts';

/** A document that QuickBooks no longer has. */
export interface Deletion {
  kind: DocumentKind;
  externalId: string;
  /** ISO instant. */
  deletedAt: string;
}

/** One answer of QuickBooks, closed over links. */
export interface Reading {
  /** When it was given, on QuickBooks' clock; ISO instant. */
  readAt: string;
  customers: readonly CustomerFacts[];
  documents: readonly DocumentFacts[];
  deletions: readonly Deletion[];
}

/** What a reading changed in the books. All changed documents are parked: publishing is the next step. */
export interface Absorbed {
  ledger: Ledger;
  documents: Set<DocumentKey>;
  /** Customers to save. */
  customers: Set<string>;
  /** Customers whose visible data changed, with their new version. */
  sightings: LedgerCustomer[];
}

/**
 * Takes a reading into the books: newer facts replace older ones, and every document a payment settles or settled is
 * marked too, since its content follows from the payment.
 * @param observed how documents that were unknown so far are marked
 */
export function absorb(ledger: Ledger, reading: Reading, observed: Observed): Absorbed {
  const absorbed: Absorbed = {
    ledger: { ...ledger, customers: new Map(ledger.customers), documents: new Map(ledger.documents) },
    documents: new Set(),
    customers: new Set(),
    sightings: [],
  };
  for (const facts of reading.customers) absorbCustomer(absorbed, facts, reading.readAt);
  for (const facts of reading.documents) absorbFacts(absorbed, facts, reading.readAt, observed);
  for (const deletion of reading.deletions) absorbDeletion(absorbed, deletion, reading.readAt);
  return absorbed;
}

function absorbCustomer(absorbed: Absorbed, facts: CustomerFacts, readAt: string): void {
  const { customers } = absorbed.ledger;
  const before = customers.get(facts.externalId);
  const stored = before?.facts ? { ...before.facts, readAt: before.readAt, deleted: false } : undefined;
  const sameFacts = stored !== undefined && JSON.stringify(before?.facts) === JSON.stringify(facts);
  if (acceptFacts(stored, { marker: facts.marker, readAt, sameFacts }).kind === 'ignore') return;
  const changed = visible(before?.facts ?? null) !== visible(facts);
  const after: LedgerCustomer = {
    ...(before ?? { externalId: facts.externalId, customerId: null, released: false, version: 0 }),
    facts,
    readAt,
    version: (before?.version ?? 0) + (changed ? 1 : 0),
  };
  customers.set(facts.externalId, after);
  absorbed.customers.add(facts.externalId);
  if (changed) absorbed.sightings.push(after);
}

/** What other services see of a customer: a change of anything else is no news to them. */
const visible = (facts: CustomerFacts | null): string =>
  facts === null ? '' : JSON.stringify({ ...facts, marker: '', updatedAt: '' });

function absorbFacts(absorbed: Absorbed, read: DocumentFacts, readAt: string, observed: Observed): void {
  const { ledger } = absorbed;
  const key = keyOf(read);
  const before = ledger.documents.get(key);
  const facts = read.kind === 'payment' ? remembering(read, before?.facts as PaymentFacts | undefined) : read;
  const sameFacts = before !== undefined && factsToJson(before.facts) === factsToJson(facts);
  if (acceptFacts(before && markerOf(before), { marker: facts.marker, readAt, sameFacts }).kind === 'ignore') return;
  const documentId = before?.documentId ?? documentIdOf(ledger.orgId, ledger.company, facts.kind, facts.externalId);
  const acceptedDueDate =
    facts.kind === 'invoice' ? acceptDueDate(before?.acceptedDueDate ?? null, facts.dueDate) : null;
  ledger.documents.set(key, {
    kind: facts.kind,
    externalId: facts.externalId,
    documentId,
    facts,
    readAt,
    deleted: false,
    observed: before?.observed ?? observed,
    acceptedDueDate,
    parked: true,
    published: before?.published ?? null,
  });
  absorbed.documents.add(key);
  touchTargets(absorbed, before?.facts);
  touchTargets(absorbed, facts);
}

function absorbDeletion(absorbed: Absorbed, deletion: Deletion, readAt: string): void {
  const key = keyOf(deletion);
  const before = absorbed.ledger.documents.get(key);
  if (before === undefined || acceptDeletion(markerOf(before), deletion.deletedAt).kind === 'ignore') return;
  const facts = { ...before.facts, updatedAt: deletion.deletedAt };
  absorbed.ledger.documents.set(key, { ...before, facts, readAt, deleted: true, parked: true });
  absorbed.documents.add(key);
  touchTargets(absorbed, before.facts);
}

function touchTargets({ ledger, documents }: Absorbed, facts: DocumentFacts | undefined): void {
  if (facts?.kind !== 'payment') return;
  for (const line of facts.lines) {
    if (line.to === 'other') continue;
    const key: DocumentKey = `${line.to}:${line.externalId}`;
    const target = ledger.documents.get(key);
    if (target === undefined || target.deleted) continue;
    ledger.documents.set(key, { ...target, parked: true });
    documents.add(key);
  }
}

const markerOf = (document: LedgerDocument): StoredMarker => ({
  marker: document.facts.marker,
  updatedAt: document.facts.updatedAt,
  readAt: document.readAt,
  deleted: document.deleted,
});
