import type { OutgoingEvent } from '@cashloop/events';
import type { OpenTx, TransactionRunner } from '@cashloop/persistence';
import { faultHook } from '../fault-points.ts';
import type { HandlerContext } from '../handler-context.ts';
import type { Logger } from '../logger.ts';
import { outboxParams } from '../outbox.ts';
import { inBatchSpan, tracesOf } from '../tracing.ts';
import { storeDeadLetters } from './dead-letters.ts';
import { type Item, orgsOf } from './decoded-batch.ts';
import { advance, advanceAndPublish, lockOffsetSql, type Place } from './offsets.ts';
import { SliceAboveOffset, StopPartition } from './partition-faults.ts';
import type { BoundHandler } from './subscriptions.ts';

/** A slice of a partition: neighbours in offset order, nothing left out from `from` on. */
export interface Slice {
  readonly from: bigint;
  readonly items: readonly Item[];
}

export interface Applied {
  /** Events handed to the handler now; those below the offset were not. */
  events: number;
  /** Of a type this version does not know, skipped. */
  unknown: number;
  /** Undecodable ones that went to the dead letters. */
  parked: number;
  published: number;
}

/** What every batch of a service needs. */
export interface BatchTools {
  readonly runner: TransactionRunner;
  readonly source: string;
  readonly clock: () => Date;
  /** Called after a commit that left events in the outbox. */
  readonly published: () => void;
  readonly log: Logger;
}

/**
 * One slice in one transaction: lock the offset row, drop what it has behind it, handle the rest, then rows, outgoing
 * events and next offset commit together. So whatever dies in between, an event has its effects once.
 */
export function applySlice(tools: BatchTools, place: Place, handler: BoundHandler, slice: Slice): Promise<Applied> {
  const traceparents = slice.items.map((item) => (item.kind === 'event' ? item.event.traceparent : undefined));
  return inBatchSpan(`handle ${place.projection}`, traceparents, () =>
    tools.runner.runWith({ orgs: orgsOf(slice.items), opening: lockOffsetSql(place) }, async (tx, [locked]) => {
      const next = nextOf(locked);
      await faultHook.reached?.('batch.locked');
      if (slice.from > next) throw new SliceAboveOffset(next);
      const items = slice.items.filter((item) => item.record.offset >= next);
      const last = items.at(-1);
      if (last === undefined) return { events: 0, unknown: 0, parked: 0, published: 0 };
      const outgoing = await handle(tools, handler, items, tx);
      const parked = await parkUndecodable(tx, place, items);
      await faultHook.reached?.('batch.handled');
      tx.closeWith(closing(tools, place, items, outgoing, last));
      const unknown = items.filter((item) => item.kind === 'unknown_type').length;
      return { events: countHandled(items), unknown, parked, published: outgoing.length };
    }),
  );
}

/** Without its row nothing fences a zombie off. The review makes it anew, and then the reader begins from the start. */
export function nextOf(locked: Record<string, unknown> | undefined): bigint {
  if (locked === undefined) throw new StopPartition('its offset row is gone: it begins again from the start');
  return BigInt(locked.next_offset as string);
}

async function handle(
  tools: BatchTools,
  handler: BoundHandler,
  items: readonly Item[],
  tx: OpenTx,
): Promise<readonly OutgoingEvent[]> {
  const ctx: HandlerContext = { tx, now: tools.clock(), log: tools.log };
  const input = items.flatMap<unknown>((item) =>
    item.kind === 'event' ? [item.event] : item.kind === 'raw' ? [item.record] : [],
  );
  if (input.length === 0) return [];
  return ((await handler.call(input, ctx)) as readonly OutgoingEvent[] | undefined) ?? [];
}

/** Nothing but a new version of the program could read these: no use in trying again. */
async function parkUndecodable(tx: OpenTx, place: Place, items: readonly Item[]): Promise<number> {
  const undecodable = items.filter((item) => item.kind === 'undecodable');
  if (undecodable.length > 0) {
    await storeDeadLetters(
      tx,
      place,
      undecodable.map(({ record, error }) => ({ record, error, state: 'parked' as const })),
    );
  }
  return undecodable.length;
}

function closing(
  tools: BatchTools,
  place: Place,
  items: readonly Item[],
  outgoing: readonly OutgoingEvent[],
  last: Item,
): ReturnType<typeof advance> {
  if (outgoing.length === 0) return advance(place, last.record);
  const causes = items.flatMap((item) => (item.kind === 'event' ? [item.event] : []));
  return advanceAndPublish(place, last.record, outboxParams(outgoing, tools.source, tracesOf(causes)));
}

const countHandled = (items: readonly Item[]): number =>
  items.reduce((sum, item) => sum + (item.kind === 'event' || item.kind === 'raw' ? 1 : 0), 0);
