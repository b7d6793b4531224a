import { fromJson, type DescMessage, type JsonValue, type Message } from '@bufbuild/protobuf';
import { schemaUri } from './envelope.ts';
import type { Event, WireRecord } from './event.ts';
import type { MessageOf, TopicDef } from './topics.ts';
import { lift, type Upcaster, upcasters } from './upcasters.ts';
import { spellsSurrogates, usualReader, type UsualReader } from './usual-json.ts';
import { validateMessage } from './validate.ts';

/** A known type in a schema version this program does not know: a consumer must be deployed before its producer. */
export class UnknownSchemaVersion extends Error {
  override readonly name = 'UnknownSchemaVersion';
  readonly code = 'event.unknown_schema_version';

  constructor(
    readonly type: string,
    readonly dataschema: string,
  ) {
    super(`event type ${type} comes as ${dataschema}, which this version does not know: deploy this service first`);
  }
}

/** A record that is not an event of its topic: broken headers or a broken body. */
export class UndecodableEvent extends Error {
  override readonly name = 'UndecodableEvent';
  readonly code = 'event.undecodable';
}

export type Decoded<D extends TopicDef> =
  { kind: 'event'; event: Event<MessageOf<D>> } | { kind: 'unknown_type'; type: string };

type Headers = WireRecord['headers'];

/** One header as text, or undefined when it is missing or null. Repeated headers: the last one counts. */
export const headerText = (headers: Headers, name: string): string | undefined => textOf(headers[name]);

function textOf(value: Headers[string]): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.at(-1)?.toString() : value?.toString();
}

/**
 * Reads one record of a topic. An unknown type is a value, so that the reader can count and skip it.
 * @param known how bodies of older schema versions are lifted to the newest, which is what handlers see
 * @throws UnknownSchemaVersion when a known type comes in an unknown schema version
 * @throws UndecodableEvent when headers or body are broken
 */
export function decode<D extends TopicDef>(
  topic: D,
  record: WireRecord,
  known: readonly Upcaster[] = upcasters,
): Decoded<D> {
  const { headers } = record; // made anew each time they are asked for
  const type = required(headers.ce_type, 'ce_type');
  const schema = Object.hasOwn(topic.types, type) ? topic.types[type] : undefined;
  if (schema === undefined) return { kind: 'unknown_type', type };
  const body = (): MessageOf<D> =>
    bodyOf<D>(schema, record, { type, dataschema: required(headers.ce_dataschema, 'ce_dataschema') }, known);
  return { kind: 'event', event: eventOf<D>(record, headers, type, body) };
}

const ORG_ID = /^[1-9]\d{0,17}$/;

function eventOf<D extends TopicDef>(
  record: WireRecord,
  headers: Headers,
  type: string,
  body: () => MessageOf<D>,
): Event<MessageOf<D>> {
  const orgId = required(headers.org_id, 'org_id');
  if (!ORG_ID.test(orgId)) throw new UndecodableEvent(`header org_id is not an org: ${orgId.slice(0, 40)}`);
  const time = new Date(required(headers.ce_time, 'ce_time'));
  if (Number.isNaN(time.getTime())) throw new UndecodableEvent('header ce_time is not a time');
  const customers = textOf(headers.change_customers);
  const id = required(headers.ce_id, 'ce_id');
  const subject = textOf(headers.ce_subject) ?? '';
  const source = required(headers.ce_source, 'ce_source');
  if (id.includes('\0') || subject.includes('\0') || source.includes('\0'))
    throw new UndecodableEvent('a header holds a NUL character');
  return {
    id,
    type,
    source,
    time,
    subject,
    orgId,
    key: record.key?.toString() ?? '',
    changeId: textOf(headers.change_id),
    changeCustomers: customers === undefined || customers === '' ? undefined : customers.split(','),
    last: textOf(headers.last) === 'true',
    observed: textOf(headers.observed) === 'import' ? 'import' : 'live',
    traceparent: textOf(headers.traceparent),
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    data: body(),
  };
}

const OPTIONS = { ignoreUnknownFields: true };

function bodyOf<D extends TopicDef>(
  schema: DescMessage,
  record: WireRecord,
  { type, dataschema }: { type: string; dataschema: string },
  known: readonly Upcaster[],
): MessageOf<D> {
  try {
    const text = (record.value ?? '').toString();
    let json = JSON.parse(text) as JsonValue;
    if (dataschema !== schemaUri(schema)) {
      const lifted = lift(dataschema, schemaUri(schema), json, known);
      if (lifted === undefined) throw new UnknownSchemaVersion(type, dataschema);
      json = lifted;
    }
    const reader = spellsSurrogates(text) ? undefined : usualReaderOf(schema);
    const message = reader?.(json) ?? (fromJson(schema, json, OPTIONS) as Message);
    validateMessage(schema, message);
    return message as MessageOf<D>;
  } catch (error) {
    if (error instanceof UnknownSchemaVersion) throw error;
    throw new UndecodableEvent(`${type}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const usualReaders = new Map<DescMessage, UsualReader | undefined>();

function usualReaderOf(schema: DescMessage): UsualReader | undefined {
  if (!usualReaders.has(schema)) usualReaders.set(schema, usualReader(schema));
  return usualReaders.get(schema);
}

function required(header: Headers[string], name: string): string {
  const value = textOf(header);
  if (value === undefined || value === '') throw new UndecodableEvent(`header ${name} is missing`);
  return value;
}
