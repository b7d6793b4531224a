import { isPassing } from '../faults.ts';
import type { Slice } from './batch-transaction.ts';
import type { Item } from './decoded-batch.ts';
import { SliceAboveOffset, StopPartition } from './partition-faults.ts';

export interface BisectSteps {
  /** Applies a slice in one transaction. */
  apply(slice: Slice): Promise<void>;
  /** Sets one event aside and moves the offset behind it. */
  setAside(slice: Slice, item: Item, error: Error): Promise<void>;
}

/**
 * Applies a slice; when a lasting fault hits it, halves it until the bad events stand alone. All others go through in
 * their order, each in a transaction that commits, so a poisoned batch of n costs about 2 log n transactions.
 * @throws passing faults, SliceAboveOffset and StopPartition, with everything before them committed
 */
export async function applyBisecting(slice: Slice, steps: BisectSteps): Promise<void> {
  try {
    await steps.apply(slice);
  } catch (error) {
    if (isPassing(error) || error instanceof SliceAboveOffset || error instanceof StopPartition) throw error;
    const only = slice.items[0];
    if (slice.items.length === 1 && only !== undefined) return steps.setAside(slice, only, error as Error);
    for (const half of halvesOf(slice)) await applyBisecting(half, steps);
  }
}

/** The right half starts where the left one ends, not at its first record: offsets may have holes between records. */
function halvesOf(slice: Slice): Slice[] {
  const middle = slice.items.length >> 1;
  const left = slice.items.slice(0, middle);
  return [
    { from: slice.from, items: left },
    { from: (left.at(-1) as Item).record.offset + 1n, items: slice.items.slice(middle) },
  ];
}
