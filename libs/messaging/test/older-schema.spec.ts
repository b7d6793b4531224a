import { jest } from '@jest/globals';
import * as events from '@cashloop/events';

/** The schema before the first one: no message has a second one yet, so nothing else would miss the upcasters. */
const OLDER = 'https://example.com/org/v0';
type Upcaster = Exclude<Parameters<typeof events.decode>[2], undefined>[number];

let upcasters: readonly Upcaster[] = [];
const decode: typeof events.decode = (topic, record, known = upcasters) => events.decode(topic, record, known);
jest.unstable_mockModule('@cashloop/events', () => ({ ...events, decode }));
const { decodeBatch } = await import('../src/consumer/decoded-batch.ts');
const { record } = await import('./fabricated-batches.ts');

test('a batch is lifted to the newest schema by the upcasters that there are; without them it ends before', () => {
  const { org } = events.topicDefs;
  const plain = record(1n);
  const dataschema = String(plain.headers.ce_dataschema);
  const older = {
    ...plain,
    value: Buffer.from(JSON.stringify({ ...JSON.parse(String(plain.value)), name: undefined, title: 'Older' })),
    headers: { ...plain.headers, ce_dataschema: Buffer.from(OLDER) },
  };
  const before = decodeBatch(org, [record(0n), older]);
  expect([before.items.length, before.beyond]).toEqual([1, expect.any(events.UnknownSchemaVersion)]);

  const lift: Upcaster['lift'] = (json) => ({ ...(json as object), name: (json as { title: string }).title });
  upcasters = [{ from: OLDER, to: dataschema, lift }];
  const { items, beyond } = decodeBatch(org, [record(0n), older]);
  const names = items.map((item) =>
    item.kind === 'event' ? (item.event.data as unknown as events.OrgState).name : item.kind,
  );
  expect([names, beyond]).toEqual([['org 1', 'Older'], undefined]);
});
