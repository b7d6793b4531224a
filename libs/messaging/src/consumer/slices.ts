import type { Slice } from './batch-transaction.ts';
import { PARKED_PER_MINUTE_MAX } from './dead-letters.ts';
import type { Item } from './decoded-batch.ts';

/**
 * Cuts a batch into slices of at most `eventsMax` records. A slice also ends with its 20th undecodable record, so that
 * a flood of garbage is noticed before all of it is parked.
 */
export function slicesOf(from: bigint, items: readonly Item[], eventsMax: number): Slice[] {
  const slices: Slice[] = [];
  let start = from;
  let current: Item[] = [];
  let undecodable = 0;
  items.forEach((item, index) => {
    current.push(item);
    if (item.kind === 'undecodable') undecodable += 1;
    if (current.length < eventsMax && undecodable < PARKED_PER_MINUTE_MAX && index < items.length - 1) return;
    slices.push({ from: start, items: current });
    start = item.record.offset + 1n;
    current = [];
    undecodable = 0;
  });
  return slices;
}
