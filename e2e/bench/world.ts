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
/** What a customer may owe, in minor units: above it the account is on hold. */
export const limit = 100_000n;
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

/**
 * How many versions invoice i has: three on the average, one to five, so that the loss of any version shows in the end.
 * The pattern's length has no divisor in common with the number of customers: each customer has invoices of every kind.
 */
const lives = [3, 5, 3, 3, 3, 4, 3, 3, 3, 3, 3, 2, 1] as const;
const lifeOf = (i: number): number => lives[i % lives.length]!;

export type Balance = (i: number, version: number) => bigint;

/** Balance of invoice i at its version: some hundred units that fall; the last one leaves a rest on two of three. */
export const balanceAt: Balance = (i, version) =>
  version === lifeOf(i) ? restOf(i) : BigInt(((i * 7919) % 900) + 100 - version * 10) * 10n;

const restOf = (i: number): bigint => (i % 3 === 1 ? 0n : BigInt(((i * 31) % 11) + 1) * 10n);

/** As above, but one in ten goes over the limit by itself and back: some customer's hold comes or goes all the time. */
export const swinging: Balance = (i, version) =>
  version === (i % 20 === 0 ? 1 : i % 20 === 10 ? 2 : 0) && version < lifeOf(i) ? 2n * limit : balanceAt(i, version);

/** `count` invoice events: the versions of each invoice in order, neighbours in time but not in the log. */
export function invoiceEvents(count: number, now: Date, round: string, balance = balanceAt): OutgoingEvent[] {
  const invoices = Math.ceil(count / 3);
  const events: OutgoingEvent[] = [];
  for (let version = 1; events.length < count; version += 1) {
    for (let i = 0; i < invoices && events.length < count; i += 1) {
      if (version <= lifeOf(i)) events.push(invoiceEvent(i, version, balance(i, version), now, round));
    }
  }
  return events;
}

function invoiceEvent(i: number, version: number, balance: bigint, now: Date, round: string): OutgoingEvent {
  const customerId = String((i % customers) + 1);
  const last = version === lifeOf(i);
  const invoiceId = `00000000-0000-5000-8000-${round.padStart(4, '0')}${String(i).padStart(8, '0')}`;
  const paid = last && balance === 0n;
  const state = paid ? InvoiceState_State.PAID : last ? InvoiceState_State.PARTLY_PAID : InvoiceState_State.OPEN;
  const total = (balance > 10_000n ? balance : 10_000n).toString();
  const data = create(InvoiceStateSchema, {
    invoiceId,
    version,
    customerId,
    state,
    number: `B-${i}`,
    currency,
    totalMinor: total,
    netMinor: total,
    balanceMinor: balance.toString(),
    issueDate: '2026-11-01',
    dueDate: '2026-12-01',
    sourceDueDate: '2026-12-01',
    exchangeRate: '1',
    settledBy: { cashMinor: '0', creditMinor: '0', writeOffMinor: '0', discountMinor: '0', otherMinor: '0' },
    source: { ...company, externalId: String(i), externalType: 'Invoice', marker: String(version) },
  });
  const type = version === 1 ? 'invoice_created' : paid ? 'invoice_paid' : 'invoice_updated';
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

function range(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i + 1));
}
