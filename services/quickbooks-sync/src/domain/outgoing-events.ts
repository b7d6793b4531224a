import {
  Application_Kind,
  companyKey,
  create,
  CreditNoteState_State,
  CreditNoteStateSchema,
  customerKey,
  ExternalCustomerStateSchema,
  ImportStateSchema,
  InvoiceState_State,
  InvoiceStateSchema,
  outgoing,
  PaymentState_State,
  PaymentStateSchema,
  ReadingStateSchema,
  sightingKey,
  timestampFromDate,
  topicDefs,
  versionId,
  type MessageOf,
  type OutgoingEvent,
} from '@cashloop/events';
import type { ChangeStep } from './change.ts';
import type { ApplicationContent, Content } from './content.ts';
import { nameBehind } from './customer-fields.ts';
import { eventTypeOf } from './event-type.ts';
import { SYSTEM, type DocumentKind } from './facts.ts';
import type { LedgerCustomer, Observed } from './ledger.ts';
import type { Published } from './versions.ts';

interface Books {
  orgId: string;
  company: string;
}

type Receivable = MessageOf<typeof topicDefs.receivable>;

/** The events of one change, in its order. */
export function documentEvents({ orgId }: Books, steps: readonly ChangeStep[], now: Date): OutgoingEvent[] {
  return steps.map(({ written: { document, version, observed }, changeId, changeCustomers, last }) =>
    outgoing(topicDefs.receivable, version.type, messageOf(document.documentId, version), {
      ...identity(orgId, `${document.kind}/${document.documentId}`, version.version),
      key: customerKey(orgId, version.customerId),
      time: now,
      changeId,
      changeCustomers,
      last,
      observed,
    }),
  );
}

/** The newest version of a document again: a change of its own, and named by its state, since rows keep no names. */
export function currentDocumentEvent(orgId: string, document: CurrentDocument, at: Date): OutgoingEvent {
  const { kind, documentId, version, customerId, content, observed } = document;
  const type = version === 1 ? eventTypeOf(null, content) : eventTypeOf(unsettled(content), content);
  return outgoing(
    topicDefs.receivable,
    type,
    messageOf(documentId, { version, customerId, movedToCustomerId: '', content }),
    {
      ...identity(orgId, `${kind}/${documentId}`, version),
      key: customerKey(orgId, customerId),
      time: at,
      last: true,
      observed,
    },
  );
}

/** What the newest event of a document said, and of which document. */
export interface CurrentDocument extends Published {
  kind: DocumentKind;
  documentId: string;
  observed: Observed;
}

const unsettled = (content: Content): Content =>
  ({ ...content, state: content.kind === 'payment' ? 'RECEIVED' : 'OPEN' }) as Content;

/** A customer of the master that this service created in QuickBooks. */
export interface OwnCustomer {
  customerId: string;
  name: string;
  teriCode: string;
}

/** @param owners by external id: the customers of the master that we created these for */
export function sightingEvents(
  { orgId, company }: Books,
  customers: readonly LedgerCustomer[],
  { now, observed, owners }: { now: Date; observed: Observed; owners: ReadonlyMap<string, OwnCustomer> },
): OutgoingEvent[] {
  return customers.map(({ externalId, version, facts }) => {
    const { name, email, phone, currency, parentExternalId, active } = facts!;
    const own = owners.get(externalId);
    const fields = {
      system: SYSTEM,
      company,
      externalId,
      version,
      // The name we had to change to get it in is no news about the customer.
      name: own === undefined ? name : nameBehind(name, own),
      customerId: own?.customerId ?? '',
      email,
      phone,
      currency,
      parentExternalId,
      active,
    };
    return outgoing(topicDefs.customerSighting, 'external_customer_seen', create(ExternalCustomerStateSchema, fields), {
      ...identity(orgId, `external_customer/${SYSTEM}:${company}:${externalId}`, version),
      key: sightingKey(orgId, SYSTEM, company, externalId),
      time: now,
      observed,
    });
  });
}

/** One per customer and company, ever: version 1. */
export function importEvents(
  { orgId, company }: Books,
  customerIds: readonly string[],
  { now, asOf }: { now: Date; asOf: Date },
): OutgoingEvent[] {
  return customerIds.map((customerId) => {
    const state = create(ImportStateSchema, {
      customerId,
      system: SYSTEM,
      company,
      version: 1,
      asOf: timestampFromDate(asOf),
    });
    return outgoing(topicDefs.receivable, 'import_completed', state, {
      ...identity(orgId, `import/${SYSTEM}:${company}:${customerId}`, 1),
      key: customerKey(orgId, customerId),
      time: now,
      observed: 'import',
    });
  });
}

export function readingEvent(
  { orgId, company }: Books,
  { version, asOf, firstImport, now }: { version: number; asOf: Date; firstImport: boolean; now: Date },
): OutgoingEvent {
  const state = create(ReadingStateSchema, {
    system: SYSTEM,
    company,
    version,
    asOf: timestampFromDate(asOf),
    firstImport,
  });
  return outgoing(topicDefs.sync, 'reading_completed', state, {
    ...identity(orgId, `reading/${SYSTEM}:${company}`, version),
    key: companyKey(orgId, SYSTEM, company),
    time: now,
  });
}

const identity = (orgId: string, subject: string, version: number) => ({
  orgId,
  subject,
  id: versionId({ orgId, subject, version }),
});

function messageOf(
  documentId: string,
  {
    version,
    customerId,
    movedToCustomerId,
    content,
  }: { version: number; customerId: string; movedToCustomerId: string; content: Content },
): Receivable {
  const common = { version, customerId, movedToCustomerId, source: { system: SYSTEM, ...content.source } };
  switch (content.kind) {
    case 'invoice': {
      return create(InvoiceStateSchema, {
        ...content,
        ...common,
        invoiceId: documentId,
        state: InvoiceState_State[content.state],
      });
    }
    case 'payment': {
      const applications = content.applications.map(application);
      return create(PaymentStateSchema, {
        ...content,
        ...common,
        paymentId: documentId,
        state: PaymentState_State[content.state],
        applications,
      });
    }
    case 'credit_note': {
      const applications = content.applications.map(application);
      return create(CreditNoteStateSchema, {
        ...content,
        ...common,
        creditNoteId: documentId,
        state: CreditNoteState_State[content.state],
        applications,
      });
    }
  }
}

const application = (one: ApplicationContent) => ({ ...one, kind: Application_Kind[one.kind] });
