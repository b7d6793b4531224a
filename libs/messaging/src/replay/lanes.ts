import type { OutgoingEvent } from '@cashloop/events';
import { headerText } from '@cashloop/events';
import type { Tx } from '@cashloop/persistence';
import type { Broker } from '../broker.ts';
import type { BatchTools } from '../consumer/batch-transaction.ts';
import { offsetsOf } from '../consumer/offsets.ts';
import { StopPartition } from '../consumer/partition-faults.ts';
import { type BoundHandler, topicsOf } from '../consumer/subscriptions.ts';
import type { RawRecord } from '../raw-record.ts';
import { Lane } from './lane.ts';
import type { ReplayRequest } from './service-replay.ts';

const OF_CUSTOMER = /^(\d+):(\d+)$/;
const OF_ORG = /^(\d+)(?::|$)/;

/** Which records a replay hands to a handler. Those that belong to no customer are wanted whatever customers are asked for. */
export function wantedBy(request: ReplayRequest, requested: boolean): (record: RawRecord) => boolean {
  const { customers, orgs, from, to } = request;
  const customersAsked = customers === undefined ? undefined : new Set(customers);
  const orgsAsked = orgs === undefined ? undefined : new Set(orgs);
  const since = requested && from?.kind === 'time' ? from.at : -Infinity;
  const until = to?.kind === 'time' ? to.at : Infinity;
  return (record) => {
    if (record.timestamp < since || record.timestamp >= until) return false;
    const key = record.key?.toString() ?? '';
    const org = headerText(record.headers, 'org_id') ?? OF_ORG.exec(key)?.[1];
    if (orgsAsked !== undefined && org !== undefined && !orgsAsked.has(org)) return false;
    const customer = OF_CUSTOMER.exec(key)?.[2];
    return customersAsked === undefined || customer === undefined || customersAsked.has(customer);
  };
}

/** The handler without its outgoing events; `withheld` hears how many there were. */
export const silent = (handler: BoundHandler, withheld: (events: number) => void): BoundHandler => ({
  ...handler,
  call: async (...args) => {
    withheld(((await handler.call(...args)) as readonly OutgoingEvent[] | undefined)?.length ?? 0);
    return [];
  },
});

interface LaneWork {
  readonly tools: BatchTools;
  readonly broker: Broker;
  readonly request: ReplayRequest;
}

/** One lane per partition of the handler's topics, each where an earlier call left it. */
export async function lanesOf({ tools, broker, request }: LaneWork, handler: BoundHandler): Promise<Lane[]> {
  const { projection } = handler.subscription;
  const requested = projection === request.projection;
  const lanes: Lane[] = [];
  const there = await broker.partitionCounts(topicsOf(handler.subscription));
  for (const topic of there.keys()) {
    const held = await broker.offsets(topic);
    const partitions = held.map(({ partition }) => partition);
    const rows = await tools.runner.run([], async (tx) => {
      const begin = requested && request.from?.kind === 'offset' ? request.from.offset : 0n;
      await startAt(tx, projection, topic, held, begin);
      return offsetsOf(tx, projection, topic, partitions);
    });
    for (const { partition, first } of held.sort((a, b) => a.partition - b.partition)) {
      const row = rows.get(partition);
      const next = row?.nextOffset ?? 0n;
      if (next < first) throw new StopPartition(`the broker no longer has offset ${next} of ${topic}/${partition}`);
      const start = { next, lastId: row?.lastId ?? null };
      const place = { projection, topic, partition };
      lanes.push(new Lane(tools, place, handler, wantedBy(request, requested), start));
    }
  }
  return lanes;
}

/** Rows that are there already stay: an earlier call made them. What the broker dropped cannot be read any more. */
const startAt = (
  tx: Tx,
  projection: string,
  topic: string,
  held: readonly { partition: number; first: bigint }[],
  begin: bigint,
): Promise<unknown> =>
  tx.query(
    `insert into consumer_offset (projection, topic, partition, next_offset)
     select $1, $2, p, n from unnest($3::int[], $4::bigint[]) as row (p, n) order by p on conflict do nothing`,
    [
      projection,
      topic,
      held.map(({ partition }) => partition),
      held.map(({ first }) => String(first > begin ? first : begin)),
    ],
  );
