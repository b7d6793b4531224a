import { randomUUID } from 'node:crypto';
import type { Broker, BrokerMessage, RawRecord } from '../../../src/index.ts';
import { until } from '../../notes-service.ts';

export const topic = 'both';

export async function sendBy(client: Broker, messages: readonly BrokerMessage[]): Promise<void> {
  const producer = await client.producer();
  await producer.send(messages).finally(() => producer.close());
}

export async function readAlike([one, other]: readonly [Broker, Broker], count: number): Promise<RawRecord[]> {
  const found = await read(one, count);
  expect(await read(other, count)).toEqual(found);
  return found;
}

async function read(client: Broker, count: number): Promise<RawRecord[]> {
  const found: RawRecord[] = [];
  const consumer = await client.consumer({
    group: randomUUID(),
    topics: [topic],
    partitionsAtOnce: 3,
    onAssigned: () => undefined,
    onCrash: () => undefined,
    onBatch: async ({ records }, control) => {
      for (const r of records) {
        const { partition, offset, key, value, headers, headerList, timestamp } = r;
        found.push({ topic: r.topic, partition, offset, key, value, headers, headerList, timestamp });
        control.done(offset);
      }
    },
  });
  await until(() => found.length >= count, `${count} records`, 20_000).finally(() => consumer.close());
  return found.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
}
