import type { Stage } from '../stage.ts';

/** One event as it stands on a topic. */
export interface Told {
  readonly place: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly id: string;
  /** Document, as `c1:invoice2` or `breach/c1`. */
  readonly subject: string;
  readonly version: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** All events of a topic, partition after partition, in order. */
export const toldOn = (stage: Stage, topic: string): Told[] =>
  stage.broker.log.records(topic).map((record) => {
    const body = JSON.parse(String(record.value)) as Record<string, unknown>;
    const { partition, offset, headers } = record;
    return {
      ...{ topic, partition, offset, place: `${topic}/${partition}/${offset}` },
      ...{ id: String(headers.ce_id), subject: String(headers.ce_subject), version: Number(body.version), body },
    };
  });

/** What a reader holds that keeps the highest version of each document, and how many versions it took up on the way. */
export function highest(told: readonly Told[]): Map<string, Told & { taken: number }> {
  const newest = new Map<string, Told & { taken: number }>();
  for (const one of told) {
    const before = newest.get(one.subject);
    if (before === undefined || one.version > before.version)
      newest.set(one.subject, { ...one, taken: (before?.taken ?? 0) + 1 });
  }
  return newest;
}
