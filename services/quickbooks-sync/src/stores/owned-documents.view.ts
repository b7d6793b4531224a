import { type OwnedDocuments, ownedKind } from '@cashloop/messaging/ops';
import type { Content } from '../domain/content.ts';
import type { DocumentKind } from '../domain/facts.ts';
import type { Observed } from '../domain/ledger.ts';
import { currentDocumentEvent, importEvents, readingEvent, sightingEvents } from '../domain/outgoing-events.ts';
import { type ExternalCustomerRow, toCustomer } from './books.row.ts';

interface InBooks {
  org_id: string;
  company: string;
}
const booksOf = ({ org_id: orgId, company }: InBooks) => ({ orgId, company });

interface DocumentRow extends InBooks {
  document_id: string;
  version: number;
  customer_id: string;
  content: string;
  observed: Observed;
  read_at: Date;
}

const document = (kind: DocumentKind) =>
  ownedKind<DocumentRow>({
    kind,
    table: 'document d',
    told: `d.kind = '${kind}' and d.version > 0 and d.published_content is not null`,
    customer: 'd.published_customer_id',
    columns: `d.org_id, d.company, d.document_id, d.version, d.published_customer_id as customer_id,
      d.published_content::text as content, d.observed, d.read_at`,
    event: (row) => {
      const content = JSON.parse(row.content) as Content;
      const { document_id: documentId, version, customer_id: customerId, observed } = row;
      return currentDocumentEvent(
        row.org_id,
        { kind, documentId, version, customerId, content, observed },
        row.read_at,
      );
    },
    advance: [`update document d set version = version + $1 where kind = '${kind}' and version > 0`],
  });

type SightingRow = ExternalCustomerRow & InBooks & { own_id: string | null; own_name: string; own_teri_code: string };

/** As CreatedCustomerStore.ownersOf: a customer that we made for one of the master's. */
const OWNER = `left join lateral (
  select c.customer_id as own_id, c.name as own_name, c.teri_code as own_teri_code from customer_write w
  join customer_link l on l.org_id = w.org_id and l.company = w.company and l.external_id = w.external_id
    and l.customer_id = w.customer_id
  join customer c on c.org_id = w.org_id and c.customer_id = w.customer_id
  where w.org_id = e.org_id and w.company = e.company and w.external_id = e.external_id limit 1) own on true`;

const sighting = ownedKind<SightingRow>({
  kind: 'external_customer',
  table: 'external_customer e',
  told: 'e.version > 0 and e.facts is not null',
  customer: 'e.customer_id',
  columns: `e.org_id, e.company, e.external_id, e.facts::text as facts, e.read_at, e.version, e.customer_id, e.released, own.*`,
  joins: OWNER,
  event: (row) => {
    const own = { customerId: row.own_id ?? '', name: row.own_name, teriCode: row.own_teri_code };
    const owners = new Map(row.own_id === null ? [] : [[row.external_id, own]]);
    const [event] = sightingEvents(booksOf(row), [toCustomer(row)], { now: row.read_at, observed: 'live', owners });
    return event!;
  },
  advance: ['update external_customer set version = version + $1 where version > 0'],
});

const imported = ownedKind<InBooks & { customer_id: string; completed_at: Date; as_of: Date }>({
  kind: 'import',
  table: 'customer_import i',
  told: 'true',
  customer: 'i.customer_id',
  columns: 'i.org_id, i.company, i.customer_id, i.completed_at, n.import_as_of as as_of',
  joins: 'join connection n on n.org_id = i.org_id and n.company = i.company',
  event: (row) => importEvents(booksOf(row), [row.customer_id], { now: row.completed_at, asOf: row.as_of })[0]!,
});

const reading = ownedKind<InBooks & { version: number; as_of: Date }>({
  kind: 'reading',
  table: 'connection n',
  told: 'n.reading_version > 0 and n.last_reading_at is not null',
  columns: 'n.org_id, n.company, n.reading_version as version, n.last_reading_at as as_of',
  event: ({ version, as_of: asOf, ...row }) =>
    readingEvent(booksOf(row), { version, asOf, firstImport: version === 1, now: asOf }),
  advance: ['update connection set reading_version = reading_version + $1 where reading_version > 0'],
});

/** In the order in which readers can use them: who it is, what is owed, what settles it, what was read. */
export const documents: OwnedDocuments = {
  service: 'quickbooks-sync',
  orgs: 'select org_id from org order by org_id',
  kinds: [sighting, document('invoice'), document('credit_note'), document('payment'), imported, reading],
};
