import { brokerOf } from './service-broker.ts';

/** What the broker holds of a partition: its first offset, and the one that the next record will get. */
export interface Held {
  first: bigint;
  end: bigint;
}

/** By "topic/partition", without topics that the broker does not have. */
export async function heldOf(service: string, topics: Iterable<string>): Promise<Map<string, Held>> {
  const broker = brokerOf(service, 'cashloop-ops');
  try {
    const held = new Map<string, Held>();
    for (const topic of (await broker.partitionCounts([...new Set(topics)])).keys())
      for (const { partition, first, end } of await broker.offsets(topic))
        held.set(`${topic}/${partition}`, { first, end });
    return held;
  } finally {
    await broker.close();
  }
}
