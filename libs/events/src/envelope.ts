import { toJson, type DescMessage, type Message } from '@bufbuild/protobuf';
import { v7 as uuidv7 } from 'uuid';
import type { Observed, OutgoingEvent } from './event.ts';
import type { MessageOf, TopicDef, TypeOf } from './topics.ts';
import { validateMessage } from './validate.ts';

/** What stands around the document. */
export interface EnvelopeFields {
  orgId: string;
  /** Kafka message key, from keys.ts. */
  key: string;
  /** `<type>/<id>` of the document, as `invoice/0197...`. */
  subject: string;
  time: Date;
  /** From `versionId` where a document has versions, so that `republish` repeats it; random unless told. */
  id?: string;
  changeId?: string;
  changeCustomers?: readonly string[];
  last?: boolean;
  observed?: Observed;
}

/** URI of a message type: tells readers which version of the schema they see. */
export function schemaUri(schema: DescMessage): string {
  let uri = uris.get(schema);
  if (uri === undefined) uris.set(schema, (uri = `urn:cashloop:${schema.typeName}`));
  return uri;
}

/** One string per schema, not one per event. */
const uris = new WeakMap<DescMessage, string>();

/**
 * Builds one event of a topic. The type decides the schema; the message is checked against it.
 * @throws InvalidEventData when a required enum is UNSPECIFIED or the version is 0
 */
export function outgoing<D extends TopicDef>(
  topic: D,
  type: TypeOf<D>,
  data: MessageOf<D>,
  fields: EnvelopeFields,
): OutgoingEvent {
  const schema = topic.types[type] as DescMessage;
  validateMessage(schema, data as Message);
  const id = fields.id ?? uuidv7();
  return {
    id,
    topic: topic.name,
    type,
    key: fields.key,
    orgId: fields.orgId,
    headers: headersOf(schema, type, id, fields),
    value: JSON.stringify(toJson(schema, data as Message, { useProtoFieldName: true, alwaysEmitImplicit: true })),
  };
}

function headersOf(schema: DescMessage, type: string, id: string, fields: EnvelopeFields): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: type,
    ce_time: fields.time.toISOString(),
    ce_subject: fields.subject,
    ce_dataschema: schemaUri(schema),
    'content-type': 'application/json',
    org_id: fields.orgId,
    observed: fields.observed ?? 'live',
  };
  if (fields.changeId !== undefined) headers.change_id = fields.changeId;
  if (fields.changeCustomers !== undefined) headers.change_customers = fields.changeCustomers.join(',');
  if (fields.last) headers.last = 'true';
  return headers;
}
