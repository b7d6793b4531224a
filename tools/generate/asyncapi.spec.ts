import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { topicDefs } from '@cashloop/events';
import { asyncapi } from './asyncapi.ts';

const document = asyncapi('0.1.0') as {
  channels: Record<string, { address: string }>;
  components: { messages: object; schemas: Record<string, object> };
};

test('the document is valid AsyncAPI 3', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'asyncapi-3.0.0.json'), 'utf8'));
  delete schema.definitions['http://json-schema.org/draft-07/schema']; // ajv brings its own
  const valid = ajv.compile(schema);
  expect([valid(document), valid.errors]).toEqual([true, null]);
});

test('every topic and every event type is in it', () => {
  expect(Object.values(document.channels).map((channel) => channel.address)).toEqual(
    Object.values(topicDefs).map((topic) => topic.name),
  );
  const types = Object.values(topicDefs).flatMap((topic) => Object.keys(topic.types));
  expect(Object.keys(document.components.messages).sort()).toEqual(types.sort());
});

test('golden bodies fit their schemas', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const topic of Object.values(topicDefs)) {
    for (const message of Object.values(topic.types)) {
      const golden = JSON.parse(
        readFileSync(join(import.meta.dirname, `../../libs/events/test/golden/${message.typeName}.json`), 'utf8'),
      );
      const valid = ajv.compile({
        ...document.components.schemas[message.name],
        components: document.components,
        additionalProperties: false,
      });
      expect([message.name, valid(golden), valid.errors]).toEqual([message.name, true, null]);
    }
  }
});
