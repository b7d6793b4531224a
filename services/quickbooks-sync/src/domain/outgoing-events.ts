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
  type MessageOf,
  type OutgoingEvent,
} from '@cashloop/events';
import type { ChangeStep } from './change.ts';
import type { ApplicationContent, Content } from './content.ts';
import { nameBehind } from './customer-fields.ts';
import { SYSTEM } from './facts.ts';
import type { LedgerCustomer, Observed } from './ledger.ts';

interface Books {
  orgId: string;
  company: string;
}

type Receivable = MessageOf<typeof topicDefs.receivable>;

/** The events of one change, in its order. */
export function documentEvents({ orgId }: Books, steps: readonly ChangeStep[], now: Date): OutgoingEvent[] {
  return steps.map(({ written: { document, version, observed }, changeId, changeCustomers, last }) =>
    outgoing(topicDefs.receivable, version.type, messageOf(document.documentId, version), {
      orgId,
      key: customerKey(orgId, version.customerId),
      subject: `${document.kind}/${document.documentId}`,
      time: now,
      changeId,
      changeCustomers,
      last,
      observed,
    }),
  );
}

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
      orgId,
      key: sightingKey(orgId, SYSTEM, company, externalId),
      subject: `external_customer/${SYSTEM}:${company}:${externalId}`,
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
      orgId,
      key: customerKey(orgId, customerId),
      subject: `import/${SYSTEM}:${company}:${customerId}`,
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
    orgId,
    key: companyKey(orgId, SYSTEM, company),
    subject: `reading/${SYSTEM}:${company}`,
    time: now,
  });
}

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
