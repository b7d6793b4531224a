import { fromJson, type DescMessage, type JsonValue, type Message } from '@bufbuild/protobuf';
import { schemaUri } from './envelope.ts';
import type { Event, WireRecord } from './event.ts';
import type { MessageOf, TopicDef } from './topics.ts';
import { lift, type Upcaster, upcasters } from './upcasters.ts';
import { usualReader, type UsualReader } from './usual-json.ts';
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

/** One header as text, or undefined when it is missing or null. Repeated headers: the last one counts. */
export function headerText(headers: WireRecord['headers'], name: string): string | undefined {
  const value = headers[name];
  const one = Array.isArray(value) ? value.at(-1) : value;
  return one?.toString();
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
  const type = required(record, 'ce_type');
  const schema = Object.hasOwn(topic.types, type) ? topic.types[type] : undefined;
  if (schema === undefined) return { kind: 'unknown_type', type };
  return { kind: 'event', event: eventOf<D>(record, type, () => bodyOf<D>(schema, record, type, known)) };
}

function eventOf<D extends TopicDef>(record: WireRecord, type: string, body: () => MessageOf<D>): Event<MessageOf<D>> {
  const { headers } = record;
  const text = (name: string): string | undefined => headerText(headers, name);
  const orgId = required(record, 'org_id');
  if (!/^[1-9]\d{0,17}$/.test(orgId)) throw new UndecodableEvent(`header org_id is not an org: ${orgId.slice(0, 40)}`);
  const time = new Date(required(record, 'ce_time'));
  if (Number.isNaN(time.getTime())) throw new UndecodableEvent('header ce_time is not a time');
  const customers = text('change_customers');
  const id = required(record, 'ce_id');
  const subject = text('ce_subject') ?? '';
  const source = required(record, 'ce_source');
  if (`${id}${subject}${source}`.includes('\0')) throw new UndecodableEvent('a header holds a NUL character');
  return {
    id,
    type,
    source,
    time,
    subject,
    orgId,
    key: record.key?.toString() ?? '',
    changeId: text('change_id'),
    changeCustomers: customers === undefined || customers === '' ? undefined : customers.split(','),
    last: text('last') === 'true',
    observed: text('observed') === 'import' ? 'import' : 'live',
    traceparent: text('traceparent'),
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
  type: string,
  known: readonly Upcaster[],
): MessageOf<D> {
  const dataschema = required(record, 'ce_dataschema');
  try {
    let json = JSON.parse((record.value ?? '').toString()) as JsonValue;
    if (dataschema !== schemaUri(schema)) {
      const lifted = lift(dataschema, schemaUri(schema), json, known);
      if (lifted === undefined) throw new UnknownSchemaVersion(type, dataschema);
      json = lifted;
    }
    const message = usualReaderOf(schema)?.(json) ?? (fromJson(schema, json, OPTIONS) as Message);
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

function required(record: WireRecord, name: string): string {
  const value = headerText(record.headers, name);
  if (value === undefined || value === '') throw new UndecodableEvent(`header ${name} is missing`);
  return value;
}
