import type { TopicDef } from '@cashloop/events';
import type { Broker } from '../broker.ts';
import { pause } from '../pauses.ts';

/** A topic has another partition count than the program says: keys would move and their order break. */
export class PartitionCountMismatch extends Error {
  override readonly name = 'PartitionCountMismatch';
  readonly code = 'topic.partition_count';

  constructor(topic: string, expected: number, found: number) {
    super(
      `topic ${topic} has ${found} partitions but needs ${expected}: publish to a new version of the topic instead`,
    );
  }
}

/** Makes the topics a service owns, waits until they are there and checks their partition counts. */
export async function ensureTopics(
  broker: Broker,
  topics: readonly TopicDef[],
  replication: number,
  waitMs = 15_000,
): Promise<void> {
  if (topics.length === 0) return;
  const names = topics.map((topic) => topic.name);
  const existing = await broker.partitionCounts(names);
  const missing = topics.filter((topic) => !existing.has(topic.name));
  if (missing.length > 0) {
    await broker.createTopics(missing.map(({ name, partitions }) => ({ name, partitions, replication })));
  }
  const counts = await topicsThere(broker, names, waitMs);
  for (const { name, partitions } of topics) {
    const found = counts.get(name) ?? 0;
    if (found !== partitions) throw new PartitionCountMismatch(name, partitions, found);
  }
}

/** Partition counts, once all topics exist. @throws a sentence that names the missing ones when they do not come */
export async function topicsThere(
  broker: Broker,
  names: readonly string[],
  waitMs: number,
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const counts = await broker.partitionCounts(names);
    const missing = names.filter((name) => !counts.has(name));
    if (missing.length === 0) return counts;
    if (performance.now() > deadline || signal?.aborted) {
      throw new Error(
        `topics missing after ${waitMs / 1000} s: ${missing.join(', ')}. Is the service that publishes them running?`,
      );
    }
    await pause(250, signal);
  }
}
