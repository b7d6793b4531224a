import type { Slice } from '../consumer/batch-transaction.ts';
import type { Lane } from './lane.ts';

/**
 * Records of all partitions are handled in windows of recorded time, so that a limit set on Tuesday finds Monday's
 * invoices whichever topic they came by. Within a window masters come first. A window keeps a slice long enough to be
 * worth a transaction.
 */
export const WINDOW_MS = 1_000;

export interface Window {
  /** The time handlers see: when the window's last record was recorded. */
  readonly now: number;
  readonly slices: readonly { readonly lane: Lane; readonly slice: Slice }[];
}

/**
 * The next window over all lanes. `starved`: records that belong in it are still on their way. Where it begins and ends
 * follows from the records alone, never from how they arrived.
 */
export function nextWindow(lanes: readonly Lane[], eventsMax: number): Window | 'starved' | 'done' {
  const open = lanes.filter((lane) => lane.open);
  if (open.length === 0) return 'done';
  if (open.some((lane) => lane.waiting === 0 && lane.fetched < lane.target)) return 'starved';
  const heads = open.map((lane) => lane.head).filter((head) => head !== undefined);
  const until = heads.length === 0 ? Infinity : Math.min(...heads) + WINDOW_MS;
  if (open.some((lane) => !lane.holds(until, eventsMax))) return 'starved';
  const slices = open.flatMap((lane) => {
    const slice = lane.take(until, eventsMax);
    return slice === undefined ? [] : [{ lane, slice }];
  });
  const times = slices.flatMap(({ slice }) => slice.items.map((item) => item.record.timestamp));
  return { now: times.reduce((latest, time) => Math.max(latest, time), 0), slices };
}
