import { type BaseOptions, Consumer, type GroupAssignment } from '@platformatic/kafka';
import type { BrokerConsumer, ConsumerSpec } from '../../../src/index.ts';
import { within } from '../../../src/pauses.ts';
import { Fetcher } from './fetcher.ts';
import { Reading } from './reading.ts';

const REBALANCE_MS = 30_000;
/** A broker that does not answer hears nothing of our leaving anyway. */
const LEAVE_MS = 3_000;

/**
 * Of the client's consumer only the membership is used: its streams read all partitions as one, which cannot be paused
 * or sought back by partition. What is read, and from where, is decided in `Reading`.
 */
export async function secondConsumer(client: BaseOptions, prefix: string, spec: ConsumerSpec): Promise<BrokerConsumer> {
  let over = false;
  const crash = (error: Error): void => {
    if (!over) spec.onCrash(error);
    over = true;
  };
  const topics = spec.topics.map((topic) => prefix + topic);
  const reading = new Reading(new Fetcher(client, prefix, topics), spec, crash);
  const member = memberOf(client, prefix + spec.group);
  member.on('consumer:group:join', ({ assignments }) => {
    if (over) return;
    const places = placesOf(prefix, assignments ?? []);
    spec.onAssigned(places);
    reading.assign(places);
  });
  // Told when it could not join again; then it neither tries again nor sends a heartbeat.
  (member as NodeJS.EventEmitter).on('error', crash);
  member.on('consumer:heartbeat:stalled', ({ lastError }) => crash(lastError ?? new Error('no heartbeat is answered')));
  const close = async (): Promise<void> => {
    over = true;
    await reading.close();
    await within(member.close(true), LEAVE_MS);
    await member.connections.close().catch(() => undefined); // a leave that failed leaves them open
  };
  member.topics.trackAll(...topics);
  await member.joinGroup().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { close };
}

/** It sends its heartbeats by timer, however long a handler takes. */
const memberOf = (client: BaseOptions, groupId: string): Consumer =>
  new Consumer({
    ...client,
    groupId,
    autocommit: false,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
    rebalanceTimeout: REBALANCE_MS,
    heartbeatStallTimeout: REBALANCE_MS,
    requestTimeout: REBALANCE_MS + 5_000, // a join is answered only once all have joined
    retries: 30,
    // By the name and version kafkajs gives it: members of both clients can be in one group while one replaces the other.
    protocols: [{ name: 'RoundRobinAssigner', version: 0 }],
  });

const placesOf = (prefix: string, assignments: readonly GroupAssignment[]): { topic: string; partition: number }[] =>
  assignments.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic: topic.slice(prefix.length), partition })),
  );
