import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescMessage } from '@bufbuild/protobuf';
import { headerText, outgoing, decode, topicDefs, type TopicDef } from '../src/index.ts';
import { at, examples } from './examples.ts';

const file = (schema: DescMessage): string => join(import.meta.dirname, 'golden', `${schema.typeName}.json`);

/** Every (topic, event type) pair that carries this schema. */
const carriers = (schema: DescMessage): [TopicDef, string][] =>
  Object.values(topicDefs as Record<string, TopicDef>).flatMap((topic) =>
    Object.keys(topic.types)
      .filter((type) => topic.types[type]!.typeName === schema.typeName)
      .map((type): [TopicDef, string] => [topic, type]),
  );

test('every event type of every topic has an example', () => {
  const shown = new Set(examples.map(({ schema }) => schema.typeName));
  const all = Object.values(topicDefs as Record<string, TopicDef>).flatMap((topic) =>
    Object.values(topic.types).map((schema) => schema.typeName),
  );
  expect(all.filter((name) => !shown.has(name))).toEqual([]);
});

test.each(examples.map(({ schema, message }) => [schema.typeName, schema, message] as const))(
  '%s is written as its golden file shows and reads back',
  (_, schema, message) => {
    const [topic, type] = carriers(schema)[0]!;
    const event = outgoing(topic, type, message as never, {
      orgId: '1',
      key: '1:58',
      subject: 'x/1',
      time: at,
      id: 'fixed',
    });
    if (!existsSync(file(schema)) && process.env.WRITE_GOLDEN === '1') {
      writeFileSync(file(schema), `${JSON.stringify(JSON.parse(event.value), null, 2)}\n`);
    }
    expect(JSON.parse(event.value)).toEqual(JSON.parse(readFileSync(file(schema), 'utf8')));
    const headers = { ...event.headers, ce_source: '/cashloop/test' };
    const record = {
      topic: topic.name,
      partition: 0,
      offset: 7n,
      key: Buffer.from(event.key),
      value: Buffer.from(event.value),
      headers,
    };
    const decoded = decode(topic, record);
    expect(headerText(headers, 'ce_type')).toBe(type);
    expect(decoded).toMatchObject({ kind: 'event', event: { type, orgId: '1', offset: 7n, data: message } });
  },
);
