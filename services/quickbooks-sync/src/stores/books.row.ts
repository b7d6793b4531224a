import type { Content } from '../domain/content.ts';
import { factsFromJson, factsToJson } from '../domain/facts-json.ts';
import type { CustomerFacts, DocumentKind } from '../domain/facts.ts';
import type { LedgerCustomer, LedgerDocument, Observed } from '../domain/ledger.ts';

/** A row of `document`; json columns as text, so that their exact form survives. */
export interface DocumentRow {
  kind: DocumentKind;
  external_id: string;
  document_id: string;
  facts: string;
  read_at: Date;
  deleted: boolean;
  observed: Observed;
  accepted_due_date: string | null;
  parked: boolean;
  version: number;
  published_customer_id: string | null;
  published_content: string | null;
}

export const DOCUMENT_COLUMNS = `d.kind, d.external_id, d.document_id, d.facts::text as facts, d.read_at, d.deleted, d.observed,
  d.accepted_due_date, d.parked_since is not null as parked, d.version, d.published_customer_id,
  d.published_content::text as published_content`;

export function toDocument(row: DocumentRow): LedgerDocument {
  return {
    kind: row.kind,
    externalId: row.external_id,
    documentId: row.document_id,
    facts: factsFromJson(row.facts),
    readAt: row.read_at.toISOString(),
    deleted: row.deleted,
    observed: row.observed,
    acceptedDueDate: row.accepted_due_date,
    parked: row.parked,
    published:
      row.published_content === null
        ? null
        : {
            version: row.version,
            customerId: row.published_customer_id!,
            content: JSON.parse(row.published_content) as Content,
          },
  };
}

/** Many documents as one JSON text for json_to_recordset: far cheaper to write than an array per column. */
export function toRecords(documents: readonly LedgerDocument[]): string {
  const records = documents.map((d) => {
    const fields = {
      kind: d.kind,
      external_id: d.externalId,
      document_id: d.documentId,
      customer_external_id: d.facts.customerExternalId,
      read_at: d.readAt,
      deleted: d.deleted,
      observed: d.observed,
      accepted_due_date: d.acceptedDueDate,
      parked: d.parked,
      ...publishedFields(d),
    };
    // The facts are put in as the text they are: their exact form is compared later.
    return `${JSON.stringify(fields).slice(0, -1)},"facts":${factsToJson(d.facts)}}`;
  });
  return `[${records.join(',')}]`;
}

/** Only what publishing changes. */
export function toPublishedRecords(documents: readonly LedgerDocument[]): string {
  return JSON.stringify(
    documents.map((d) => ({ kind: d.kind, external_id: d.externalId, parked: d.parked, ...publishedFields(d) })),
  );
}

const publishedFields = ({ published }: LedgerDocument) => ({
  version: published?.version ?? 0,
  published_customer_id: published?.customerId ?? null,
  published_content: published?.content ?? null,
});

/** A row of `external_customer`. */
export interface ExternalCustomerRow {
  external_id: string;
  facts: string | null;
  read_at: Date;
  version: number;
  customer_id: string | null;
  released: boolean;
}

export function toCustomer(row: ExternalCustomerRow): LedgerCustomer {
  return {
    externalId: row.external_id,
    facts: row.facts === null ? null : (JSON.parse(row.facts) as CustomerFacts),
    readAt: row.read_at.toISOString(),
    version: row.version,
    customerId: row.customer_id,
    released: row.released,
  };
}
