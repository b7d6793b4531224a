import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { timestampDate } from '@cashloop/events';
import type { Tx } from '@cashloop/persistence';
import { accountKey, type Account } from '../domain/account.ts';
import { documentKey, documentOf, type Document, type DocumentFigures } from '../domain/document.ts';
import { Ledger, type ReceivableEvent } from '../domain/ledger.ts';
import { companyName } from '../domain/readiness.ts';
import { AccountStore, StaleRead, type CustomerRef } from './account.store.ts';
import { ChangeStore } from './change.store.ts';
import { CompanyFactsStore } from './company-facts.store.ts';
import { CustomerStore } from './customer.store.ts';
import { DecisionStore } from './decision.store.ts';
import { DocumentStore } from './document.store.ts';
import { PolicyStore } from './policy.store.ts';
import { ReadingStore, type Reading } from './reading.store.ts';

/** Opens the ledger of a batch of receivable events, and saves what it became: a handful of statements either way. */
@Injectable()
export class BookStore {
  constructor(
    private readonly accounts: AccountStore,
    private readonly documents: DocumentStore,
    private readonly changes: ChangeStore,
    private readonly customers: CustomerStore,
    private readonly facts: CompanyFactsStore,
    private readonly policies: PolicyStore,
    private readonly readings: ReadingStore,
    private readonly decisions: DecisionStore,
  ) {}

  /** Locks every account the events touch, then reads. */
  async open(tx: Tx, events: readonly ReceivableEvent[], now: Date): Promise<Ledger> {
    const documents = documentsOf(events);
    const policies = await this.policies.hold(tx, orgsOf(events));
    const asked = unique([...customersOf(events), ...(await this.documents.holders(tx, documents))]);
    const accounts = await this.accounts.lock(tx, asked);
    const figures = await this.documents.figures(tx, documents);
    refuseMoved(documents, figures, accounts);
    const members = hasCompanyNews(events) ? membersOf(accounts.values()) : [];
    const books = {
      accounts,
      documents: figures,
      changes: await this.changes.load(tx, accounts.values()),
      members: await this.customers.load(tx, members),
      companyFacts: await this.facts.load(tx, members),
    };
    const readings = await this.readings.load(tx, orgsOf(events));
    // An import tells when its reading began: good enough until the company's first complete reading.
    for (const { orgId, company, asOf } of importsOf(events)) {
      const ofOrg = readings.get(orgId) ?? new Map<string, Date>();
      if (!ofOrg.has(company)) readings.set(orgId, ofOrg.set(company, asOf));
    }
    return new Ledger(books, { policies, readings, now, newId: randomUUID });
  }

  async save(tx: Tx, ledger: Ledger, events: readonly ReceivableEvent[]): Promise<void> {
    await this.documents.save(tx, ledger.changedDocuments.values());
    await this.facts.save(tx, ledger.changedFacts, ledger.companyFacts);
    await this.readings.save(tx, importsOf(events));
    await this.changes.replace(tx, ledger.changedChanges, ledger.changes);
    await this.decisions.save(tx, ledger.decisions);
  }
}

const orgsOf = (events: readonly ReceivableEvent[]): string[] => [...new Set(events.map((event) => event.orgId))];

const customersOf = (events: readonly ReceivableEvent[]): CustomerRef[] =>
  events.map((event) => ({ orgId: event.orgId, customerId: event.data.customerId }));

const membersOf = (accounts: Iterable<{ orgId: string; memberIds: readonly string[] }>): CustomerRef[] =>
  [...accounts].flatMap(({ orgId, memberIds }) => memberIds.map((customerId) => ({ orgId, customerId })));

const unique = (refs: readonly CustomerRef[]): CustomerRef[] => [
  ...new Map(refs.map((ref) => [`${ref.orgId}:${ref.customerId}`, ref])).values(),
];

/** Between the look at where a document stands and the locks it may have moved on. */
function refuseMoved(
  documents: readonly Document[],
  figures: ReadonlyMap<string, DocumentFigures>,
  accounts: ReadonlyMap<string, Account>,
): void {
  for (const document of documents) {
    const held = figures.get(documentKey(document));
    if (held === undefined || held.version >= document.version) continue;
    if (!accounts.has(accountKey(document.orgId, held.customerId))) throw new StaleRead('a document moved meanwhile');
  }
}

function importsOf(events: readonly ReceivableEvent[]): Reading[] {
  return events.flatMap(({ orgId, data, time }) => {
    if (data.$typeName !== 'cashloop.receivable.v1.ImportState') return [];
    const asOf = data.asOf === undefined ? time : timestampDate(data.asOf);
    return [{ orgId, company: companyName(data), version: 0, asOf }];
  });
}

const hasCompanyNews = (events: readonly ReceivableEvent[]): boolean =>
  events.some(({ data }) => data.$typeName.endsWith('.ImportState') || data.$typeName.endsWith('.TieOutState'));

/** One entry per document: the newest version decides whether it may have moved. */
function documentsOf(events: readonly ReceivableEvent[]): Document[] {
  const newest = new Map<string, Document>();
  for (const { orgId, data } of events) {
    if (
      data.$typeName === 'cashloop.receivable.v1.ImportState' ||
      data.$typeName === 'cashloop.receivable.v1.TieOutState'
    )
      continue;
    const document = documentOf(orgId, data);
    const key = documentKey(document);
    if ((newest.get(key)?.version ?? 0) < document.version) newest.set(key, document);
  }
  return [...newest.values()];
}
