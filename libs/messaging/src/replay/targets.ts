import type { Broker } from '../broker.ts';
import { type BoundHandler, topicsOf } from '../consumer/subscriptions.ts';
import { projectionsOf, type ReplayRequest, type ServiceReplay } from './service-replay.ts';
import type { StateSnapshot } from './state-hash.ts';

interface TargetWork {
  readonly plan: ServiceReplay;
  readonly request: ReplayRequest;
  readonly broker: Broker;
}

export const keyOf = (place: { projection: string; topic: string; partition: number }): string =>
  `${place.projection} ${place.topic} ${place.partition}`;

/** Where live is. A projection that only a replay has goes to the end of its topic, an asked offset bounds the asked one. */
export async function targetsOf(
  { plan, request, broker }: TargetWork,
  handlers: readonly BoundHandler[],
  live: StateSnapshot,
): Promise<Map<string, bigint>> {
  const targets = new Map(live.offsets.map((row) => [keyOf(row), BigInt(row.next)]));
  const { to } = request;
  for (const { subscription } of handlers) {
    const { projection } = subscription;
    const bounded = projection === request.projection && to?.kind === 'offset';
    const unknownToLive = !live.offsets.some((row) => row.projection === projection);
    if (!bounded && !(unknownToLive && projectionsOf(plan, request.projection).includes(projection))) continue;
    for (const topic of topicsOf(subscription)) {
      if (!(await broker.partitionCounts([topic])).has(topic)) continue;
      for (const { partition, end } of await broker.offsets(topic)) {
        const asked = bounded && to.offset < end ? to.offset : end;
        targets.set(keyOf({ projection, topic, partition }), asked);
      }
    }
  }
  return targets;
}
