import { creditNoteContent } from './credit-note-content.ts';
import { documentIdOf } from './document-id.ts';
import { compareDocuments, type DocumentKey } from './facts.ts';
import type { Content } from './content.ts';
import { invoiceContent } from './invoice-content.ts';
import { settlementsIn, type Ledger, type LedgerDocument, type Observed, type Settlements } from './ledger.ts';
import { paymentContent } from './payment-content.ts';
import { nextVersions, type Published, type Version } from './versions.ts';

/** A version of a document on its way to the topic. */
export interface Written {
  document: LedgerDocument;
  version: Version;
  /** What the version before it said; null for the first. */
  before: Published | null;
  observed: Observed;
}

/** What publishing did: events to send and documents to save (no longer parked). */
export interface Publication {
  written: Written[];
  documents: LedgerDocument[];
}

/**
 * Gives versions to all parked documents of the customers that may publish. Documents of the others stay parked.
 * @param mayPublish tells whether a customer, by external id, is linked and (unless being released now) released
 */
export function publish(
  ledger: Ledger,
  keys: Iterable<DocumentKey>,
  mayPublish: (externalId: string) => boolean,
): Publication {
  const ready = [...keys]
    .map((key) => ledger.documents.get(key)!)
    .filter((document) => document.parked && mayPublish(document.facts.customerExternalId))
    .sort(compareDocuments);
  const settlements = settlementsIn(ledger.documents.values());
  const publication: Publication = { written: [], documents: [] };
  for (const document of ready) publishOne(ledger, document, settlements, publication);
  return publication;
}

function publishOne(ledger: Ledger, document: LedgerDocument, settlements: Settlements, into: Publication): void {
  const customerId = ledger.customers.get(document.facts.customerExternalId)!.customerId!;
  const said = contentOf(ledger, document, settlements);
  // Readers convert to the org's base currency: a rate that leads elsewhere would make a wrong amount, none makes a doubt.
  const content = said === null || ledger.ratesLeadToBase ? said : { ...said, exchangeRate: '' };
  const before = document.published;
  const versions = content === null ? [] : nextVersions(before, customerId, content);
  const last = versions.at(-1);
  const published = last === undefined ? before : { version: last.version, customerId, content: last.content };
  const saved = { ...document, parked: false, published };
  into.documents.push(saved);
  ledger.documents.set(`${document.kind}:${document.externalId}`, saved);
  for (const version of versions) {
    // Only a first version can be history; what changes later was seen live.
    const observed = before === null ? document.observed : 'live';
    into.written.push({ document: saved, version, before, observed });
  }
}

/** Null: the document is not published (a zero payment that only applies credit memos, as long as it never was). */
function contentOf(ledger: Ledger, document: LedgerDocument, settlements: Settlements): Content | null {
  const { facts, deleted } = document;
  const { company } = ledger;
  const idOf = (invoiceId: string): string => documentIdOf(ledger.orgId, company, 'invoice', invoiceId);
  switch (facts.kind) {
    case 'invoice':
      return invoiceContent(facts, {
        company,
        deleted,
        acceptedDueDate: document.acceptedDueDate ?? facts.dueDate,
        settlements: settlements.ofInvoice.get(facts.externalId) ?? [],
      });
    case 'credit_note': {
      const own = settlements.ofCreditNote.get(facts.externalId) ?? [];
      return creditNoteContent(facts, { company, deleted, settlements: own, idOf });
    }
    case 'payment':
      if (document.published === null && facts.onlyAppliesCredit) return null;
      return paymentContent(facts, { company, deleted, idOf });
  }
}
