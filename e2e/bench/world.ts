import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  create,
  CustomerStateSchema,
  customerKey,
  ImportStateSchema,
  InvoiceState_State,
  InvoiceStateSchema,
  OrgStateSchema,
  outgoing,
  ReadingStateSchema,
  companyKey,
  topicDefs,
  type OutgoingEvent,
} from '@cashloop/events';

/** A small deterministic world: customers of one company, all imported, and invoices that rise and fall. */
export const customers = 400;
const company = { system: 'quickbooks', company: '4620816365000000099' };
const orgId = '1';
const currency = 'USD';

/** What must be there before an account can be judged. */
export function masters(now: Date): OutgoingEvent[] {
  const org = create(OrgStateSchema, { orgId, version: 1, name: 'Bench', timeZone: 'UTC', baseCurrency: currency });
  const reading = create(ReadingStateSchema, {
    ...company,
    version: 1,
    asOf: timestampFromDate(now),
    firstImport: true,
  });
  return [
    outgoing(topicDefs.org, 'org_upserted', org, { orgId, key: orgId, subject: 'org/1', time: now }),
    outgoing(topicDefs.sync, 'reading_completed', reading, {
      orgId,
      key: companyKey(orgId, company.system, company.company),
      subject: 'reading/1',
      time: now,
    }),
    ...range(customers).flatMap((id) => customerEvents(id, now)),
  ];
}

function customerEvents(id: string, now: Date): OutgoingEvent[] {
  const key = customerKey(orgId, id);
  const state = create(CustomerStateSchema, {
    customerId: id,
    version: 1,
    teriCode: `TERI-${id.padStart(8, '0')}`,
    name: `Customer ${id}`,
    currency,
    active: true,
    links: [{ ...company, externalId: id }],
  });
  const imported = create(ImportStateSchema, { customerId: id, ...company, version: 1, asOf: timestampFromDate(now) });
  return [
    outgoing(topicDefs.customer, 'customer_upserted', state, { orgId, key, subject: `customer/${id}`, time: now }),
    outgoing(topicDefs.receivable, 'import_completed', imported, {
      orgId,
      key,
      subject: `import/${id}`,
      time: now,
      observed: 'import',
    }),
  ];
}

/** Balance of invoice i at its version: seven units up, down to zero at the end of its life. */
const balanceAt = (i: number, version: number): bigint =>
  version === 3 ? 0n : BigInt(((i * 7919) % 900) + 100 - version * 10) * 10n;

/** `count` invoice events: three versions of each invoice, neighbours in time but not in the log. */
export function invoiceEvents(count: number, now: Date, round: string): OutgoingEvent[] {
  const invoices = Math.ceil(count / 3);
  const events: OutgoingEvent[] = [];
  for (let version = 1; version <= 3; version += 1) {
    for (let i = 0; i < invoices && events.length < count; i += 1) events.push(invoiceEvent(i, version, now, round));
  }
  return events;
}

function invoiceEvent(i: number, version: number, now: Date, round: string): OutgoingEvent {
  const customerId = String((i % customers) + 1);
  const balance = balanceAt(i, version);
  const invoiceId = `00000000-0000-5000-8000-${round.padStart(4, '0')}${String(i).padStart(8, '0')}`;
  const state = version === 3 ? InvoiceState_State.PAID : InvoiceState_State.OPEN;
  const data = create(InvoiceStateSchema, {
    invoiceId,
    version,
    customerId,
    state,
    number: `B-${i}`,
    currency,
    totalMinor: '10000',
    netMinor: '10000',
    balanceMinor: balance.toString(),
    issueDate: '2026-11-01',
    dueDate: '2026-12-01',
    sourceDueDate: '2026-12-01',
    exchangeRate: '1',
    settledBy: { cashMinor: '0', creditMinor: '0', writeOffMinor: '0', discountMinor: '0', otherMinor: '0' },
    source: { ...company, externalId: String(i), externalType: 'Invoice', marker: String(version) },
  });
  const type = version === 1 ? 'invoice_created' : version === 3 ? 'invoice_paid' : 'invoice_updated';
  return outgoing(topicDefs.receivable, type, data, {
    orgId,
    key: customerKey(orgId, customerId),
    subject: `invoice/${invoiceId}`,
    time: now,
    changeId: `${round}-${i}-${version}`,
    changeCustomers: [customerId],
    last: true,
  });
}

/** Exposure of every customer after these events: the newest version of each invoice counts. */
export function expectedExposure(events: readonly OutgoingEvent[]): Map<string, bigint> {
  const newest = new Map<string, { version: number; customer: string; balance: bigint }>();
  for (const event of events) {
    const body = JSON.parse(event.value) as {
      invoice_id: string;
      version: number;
      customer_id: string;
      balance_minor: string;
    };
    const known = newest.get(body.invoice_id);
    if (known === undefined || known.version < body.version) {
      newest.set(body.invoice_id, {
        version: body.version,
        customer: body.customer_id,
        balance: BigInt(body.balance_minor),
      });
    }
  }
  const sums = new Map<string, bigint>();
  for (const { customer, balance } of newest.values()) sums.set(customer, (sums.get(customer) ?? 0n) + balance);
  return sums;
}

function range(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i + 1));
}
