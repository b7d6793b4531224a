import {
  create,
  CreditHoldState_Scope,
  CreditHoldState_Severity,
  CreditHoldState_State,
  CreditHoldStateSchema,
  CreditLimitState_Basis,
  CreditLimitStateSchema,
  CreditManualHoldStateSchema,
  CreditSettingsState_Enforcement,
  CreditSettingsStateSchema,
  CustomerStateSchema,
  customerKey,
  type Event,
  ImportStateSchema,
  InvoiceState_State,
  InvoiceStateSchema,
  OrgStateSchema,
  outgoing,
  ReadingStateSchema,
  timestampFromDate,
  topicDefs,
  type TopicDef,
} from '@cashloop/events';
import type { MemoryLog } from '@cashloop/messaging/memory';

const AT = new Date('2026-03-02T10:00:00Z');
const source = { system: 'quickbooks', company: '9341' };

function told(log: MemoryLog, topic: TopicDef, type: string, key: string, data: Event['data'], orgId = '1'): void {
  const event = outgoing(topic, type, data as never, { orgId, key, subject: `x/${key}`, time: AT, last: true });
  log.append({ ...event, headers: { ...event.headers, ce_source: 'test' } });
}

/** A little of everything, on all topics that projections read: customers 42 and 43, who is below 42, and 7, who stands alone. */
export function history(log: MemoryLog): void {
  for (const { name, partitions } of Object.values(topicDefs)) log.create(name, partitions);
  const org = { orgId: '1', version: 1, name: 'Org', timeZone: 'UTC', baseCurrency: 'USD' };
  for (const orgId of ['1', '2'])
    told(log, topicDefs.org, 'org_upserted', orgId, create(OrgStateSchema, { ...org, orgId }), orgId);
  for (const id of ['42', '43', '7']) aboutCustomer(log, id);
  const limit = {
    accountId: '42',
    version: 1,
    currency: 'USD',
    limitInForceMinor: '90000',
    validFrom: timestampFromDate(AT),
  };
  const limitState = create(CreditLimitStateSchema, { ...limit, basis: CreditLimitState_Basis.MANUAL, setBy: 'ada' });
  told(log, topicDefs.credit, 'credit_limit_changed', customerKey('1', '42'), limitState);
  const byHand = { accountId: '7', version: 1, held: true, note: 'cheque bounced', placedBy: 'ada' };
  const since = timestampFromDate(AT);
  const heldState = create(CreditManualHoldStateSchema, { ...byHand, since, validFrom: since });
  told(log, topicDefs.credit, 'credit_manual_hold_changed', customerKey('1', '7'), heldState);
  const settings = { version: 1, enforcement: CreditSettingsState_Enforcement.ENFORCE, warnFromPercent: 80 };
  told(log, topicDefs.credit, 'credit_settings_changed', '1', create(CreditSettingsStateSchema, settings));
  const reading = create(ReadingStateSchema, { ...source, version: 1, asOf: timestampFromDate(AT) });
  told(log, topicDefs.sync, 'reading_completed', '1:quickbooks:9341', reading);
}

function aboutCustomer(log: MemoryLog, id: string): void {
  const key = customerKey('1', id);
  const links = [{ ...source, externalId: id }];
  const parent = id === '43' ? '42' : '';
  const who = { customerId: id, version: 1, teriCode: `T-${id}`, name: 'x', currency: 'USD', active: true, links };
  told(
    log,
    topicDefs.customer,
    'customer_upserted',
    key,
    create(CustomerStateSchema, { ...who, parentCustomerId: parent }),
  );
  const imported = create(ImportStateSchema, { ...source, customerId: id, version: 1, asOf: timestampFromDate(AT) });
  told(log, topicDefs.receivable, 'import_completed', key, imported);
  const amounts = { currency: 'USD', totalMinor: '50000', netMinor: '50000', balanceMinor: '50000', exchangeRate: '1' };
  const invoice = create(InvoiceStateSchema, {
    ...amounts,
    invoiceId: `00000000-0000-4000-8000-${id.padStart(12, '0')}`,
    version: 1,
    customerId: id,
    state: InvoiceState_State.OPEN,
    issueDate: '2026-02-01',
    dueDate: '2026-03-03',
    sourceDueDate: '2026-03-03',
    source: { ...source, externalId: id, externalType: 'Invoice', marker: '0' },
  });
  told(log, topicDefs.receivable, 'invoice_created', key, invoice);
  const hold = {
    accountId: id,
    version: 1,
    holdId: id,
    state: CreditHoldState_State.HELD,
    severity: CreditHoldState_Severity.SOFT,
    scope: CreditHoldState_Scope.NEW_ORDERS,
    currency: 'USD',
  };
  told(log, topicDefs.creditHold, 'credit_hold_placed', key, create(CreditHoldStateSchema, hold));
}
