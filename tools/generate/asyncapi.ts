import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { schemaUri, topicDefs, type TopicDef } from '@cashloop/events';

type Json = Record<string, unknown>;

const keys: Record<string, string> = {
  org: 'org_id',
  customer: 'org_id:customer_id',
  customerSighting: 'org_id:system:company:external_id',
  receivable: 'org_id:customer_id',
  sync: 'org_id:system:company',
  credit: 'org_id:account_id (credit_settings_changed: org_id)',
  creditHold: 'org_id:account_id',
  ops: 'org_id:service',
};

const scalarNumber = new Set([1, 2, 5, 13, 15, 17]); // double, float, int32, uint32, sfixed32, sint32 in descriptor.proto

function fieldSchema(field: DescField): Json {
  if (field.fieldKind === 'list') {
    const items = field.listKind === 'message' ? ref(field.message) : { type: 'string' };
    return { type: 'array', items };
  }
  if (field.fieldKind === 'message') return ref(field.message);
  if (field.fieldKind === 'enum')
    return { type: 'string', enum: field.enum.values.filter((value) => value.number !== 0).map((value) => value.name) };
  if (field.fieldKind === 'map') return { type: 'object' };
  if (field.scalar === 8) return { type: 'boolean' };
  return scalarNumber.has(field.scalar) ? { type: 'integer', minimum: 0 } : { type: 'string' };
}

function ref(message: DescMessage): Json {
  if (message.typeName === 'google.protobuf.Timestamp') return { type: 'string', format: 'date-time' };
  return { $ref: `#/components/schemas/${message.name}` };
}

/** JSON schema of a message as it stands on the wire: proto3 JSON with snake_case names. */
export function messageSchema(message: DescMessage): Json {
  return {
    type: 'object',
    properties: Object.fromEntries(message.fields.map((field) => [field.name, fieldSchema(field)])),
  };
}

function collect(message: DescMessage, into: Map<string, DescMessage>): void {
  if (into.has(message.name) || message.file.proto.package === 'google.protobuf') return;
  into.set(message.name, message);
  for (const field of message.fields) if (field.message !== undefined) collect(field.message, into);
}

const headers: Json = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time', 'ce_dataschema', 'org_id'],
  properties: {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: { type: 'string', description: 'made when the version is first written, repeated by a republish' },
    ce_type: { type: 'string' },
    ce_source: { type: 'string' },
    ce_time: { type: 'string', format: 'date-time' },
    ce_subject: { type: 'string', description: '<type>/<id> of the document' },
    ce_dataschema: { type: 'string' },
    traceparent: { type: 'string' },
    org_id: { type: 'string' },
    change_id: { type: 'string' },
    change_customers: { type: 'string', description: 'comma-separated ids of all customers the change touches' },
    last: { type: 'string', const: 'true' },
    observed: { type: 'string', enum: ['live', 'import'] },
  },
};

/** The AsyncAPI 3 document of every topic, from the topic table and the protos. */
export function asyncapi(version: string): Json {
  const schemas = new Map<string, DescMessage>();
  const messages: Json = {};
  const channels: Json = {};
  const operations: Json = {};
  for (const [id, topic] of Object.entries(topicDefs as Record<string, TopicDef>)) {
    for (const [type, schema] of Object.entries(topic.types)) {
      collect(schema, schemas);
      messages[type] = {
        name: type,
        contentType: 'application/json',
        headers: { $ref: '#/components/schemas/EventHeaders' },
        payload: { $ref: `#/components/schemas/${schema.name}` },
        description: `ce_dataschema: ${schemaUri(schema)}`,
      };
    }
    channels[id] = {
      address: topic.name,
      description: `Key: ${keys[id]}. ${topic.partitions} partitions, fixed. Keeps everything. Readers keep the highest version of each document.`,
      messages: Object.fromEntries(
        Object.keys(topic.types).map((type) => [type, { $ref: `#/components/messages/${type}` }]),
      ),
    };
    operations[`receive_${id}`] = { action: 'receive', channel: { $ref: `#/channels/${id}` } };
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Cashloop events',
      version,
      license: { name: 'Apache-2.0' },
      description: 'CloudEvents 1.0 in Kafka binary mode; bodies are proto3 JSON. Generated: npm run generate.',
    },
    channels,
    operations,
    components: {
      schemas: {
        EventHeaders: headers,
        ...Object.fromEntries([...schemas].map(([name, schema]) => [name, messageSchema(schema)])),
      },
      messages,
    },
  };
}
