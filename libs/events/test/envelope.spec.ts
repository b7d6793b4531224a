import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '@bufbuild/protobuf';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { Kafka, type CloudEventV1 } from 'cloudevents';
import {
  create,
  decode,
  InvalidEventData,
  InvoiceState_State,
  InvoiceStateSchema,
  outgoing,
  topicDefs,
  UndecodableEvent,
  UnknownSchemaVersion,
  type OutgoingEvent,
} from '../src/index.ts';
import { lift } from '../src/upcasters.ts';

const invoice = (change: object = {}) =>
  create(InvoiceStateSchema, {
    invoiceId: 'i1',
    version: 1,
    customerId: '2',
    state: InvoiceState_State.OPEN,
    currency: 'USD',
    ...change,
  });
const fields = { orgId: '1', key: '1:2', subject: 'invoice/i1', time: new Date('2026-11-21T00:00:00Z') };
const event = (change: object = {}, more: object = {}): OutgoingEvent =>
  outgoing(topicDefs.receivable, 'invoice_created', invoice(change), { ...fields, ...more });
const record = (out: OutgoingEvent, headers: Record<string, string> = {}, value: string | null = out.value) => ({
  topic: out.topic,
  partition: 3,
  offset: 12n,
  key: Buffer.from(out.key),
  value: value === null ? null : Buffer.from(value),
  headers: { ...out.headers, ce_source: '/cashloop/quickbooks-sync', ...headers },
});

test('an independent CloudEvents reader reads our messages', () => {
  const out = event();
  const headers = record(out).headers;
  const read = Kafka.toEvent({
    headers,
    body: JSON.parse(out.value),
    value: out.value,
  } as never) as CloudEventV1<unknown>;
  const ajv = new Ajv({ strict: false });
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  const valid = ajv.compile(
    JSON.parse(readFileSync(join(import.meta.dirname, 'cloudevents/cloudevents.json'), 'utf8')),
  );
  const plain = JSON.parse(JSON.stringify(read));
  expect([valid(plain), valid.errors]).toEqual([true, null]);
  expect(plain).toMatchObject({ type: 'invoice_created', id: out.id, subject: 'invoice/i1' });
});

test('zeros are written and names are snake_case', () => {
  const json = JSON.parse(event({ balanceMinor: '0' }).value);
  expect(json).toMatchObject({ invoice_id: 'i1', balance_minor: '0', number: '', state: 'OPEN', version: 1 });
});

test('a required enum left UNSPECIFIED and a version of 0 never leave the house', () => {
  expect(() => event({ state: InvoiceState_State.STATE_UNSPECIFIED })).toThrow(InvalidEventData);
  expect(() => event({ version: 0 })).toThrow(InvalidEventData);
});

test('change headers travel', () => {
  const out = event({}, { changeId: 'c1', changeCustomers: ['2', '5'], last: true, observed: 'import' });
  expect(decode(topicDefs.receivable, record(out))).toMatchObject({
    event: {
      changeId: 'c1',
      changeCustomers: ['2', '5'],
      last: true,
      observed: 'import',
      source: '/cashloop/quickbooks-sync',
    },
  });
});

test('an unknown type is a value, an unknown version of a known type is not', () => {
  expect(decode(topicDefs.receivable, record(event(), { ce_type: 'invoice_framed' }))).toEqual({
    kind: 'unknown_type',
    type: 'invoice_framed',
  });
  const newer = record(event(), { ce_dataschema: 'urn:cashloop:cashloop.receivable.v2.InvoiceState' });
  expect(() => decode(topicDefs.receivable, newer)).toThrow(UnknownSchemaVersion);
});

test.each([
  ['no value', {}, null],
  ['no JSON', {}, '{'],
  ['another shape', {}, '{"version":"x"}'],
  ['an unknown enum value', {}, '{"version":1,"state":"LOST"}'],
  ['a missing enum', {}, '{"version":1}'],
  ['half a surrogate pair', {}, '{"version":1,"state":"OPEN","currency":"\\ud800"}'],
  ['a time that is none', { ce_time: 'yesterday' }, undefined],
  ['an org that is none', { org_id: '1; drop' }, undefined],
])('%s is undecodable', (_, headers, value) => {
  const out = event();
  expect(() =>
    decode(topicDefs.receivable, record(out, headers as never, value === undefined ? out.value : value)),
  ).toThrow(UndecodableEvent);
});

test('unknown fields are ignored', () => {
  const out = event();
  const more = JSON.stringify({ ...JSON.parse(out.value), colour: 'red' });
  expect(decode(topicDefs.receivable, record(out, {}, more))).toMatchObject({ kind: 'event' });
});

test('a body of an older schema version reaches the handler in the newest shape', () => {
  const out = event();
  const { balance_minor: balance, ...rest } = JSON.parse(out.value) as Record<string, unknown>;
  const old = record(out, { ce_dataschema: 'urn:cashloop:old' }, JSON.stringify({ ...rest, open_minor: balance }));
  const newest = out.headers.ce_dataschema ?? '';
  const renamed = ({ open_minor, ...json }: Record<string, JsonValue>): JsonValue => ({
    ...json,
    balance_minor: open_minor!,
  });
  const known = [{ from: 'urn:cashloop:old', to: newest, lift: (json: JsonValue) => renamed(json as never) }];
  expect(decode(topicDefs.receivable, old, known)).toMatchObject({ event: { data: { balanceMinor: balance } } });
  expect(() => decode(topicDefs.receivable, old)).toThrow(UnknownSchemaVersion);
});

test('upcasters lift step by step, and a missing step is found', () => {
  const known = [
    { from: 'v1', to: 'v2', lift: (json: unknown) => [...(json as number[]), 2] },
    { from: 'v2', to: 'v3', lift: (json: unknown) => [...(json as number[]), 3] },
  ] as never;
  expect(lift('v1', 'v3', [1], known)).toEqual([1, 2, 3]);
  expect(lift('v0', 'v3', [1], known)).toBeUndefined();
});
