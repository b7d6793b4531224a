import { SYSTEM } from './facts.ts';

/** Objects the change feed answers at most; it has no pages. */
export const FEED_MAX = 1_000;

// Read again with every sweep: the feed may show a change a little after its time.
const OVERLAP_MS = 5 * 60_000;
// QuickBooks' times are whole seconds.
const SECOND_MS = 1_000;

const LOOK_BACK_MS = 29 * 86_400_000;

/** Whether the feed may no longer reach back to where we stopped. Only QuickBooks' own `now` decides: ours may be days off. */
export const tooOld = (position: string, now: Date): boolean =>
  now.getTime() - new Date(position).getTime() > LOOK_BACK_MS;

/**
 * Where a sweep begins: a little before the last one ended, but never before the last full reading began, because that
 * one has read everything older (and a freshly loaded company would fill the feed for nothing).
 */
export function sweepStart(position: string, fullReadingAsOf: Date): string {
  const fromMs = Math.max(new Date(position).getTime() - OVERLAP_MS, fullReadingAsOf.getTime() - SECOND_MS);
  return new Date(fromMs).toISOString();
}

/** Where to ask again after a full feed was read by pages. */
export const againFrom = (time: string): string => new Date(new Date(time).getTime() - SECOND_MS).toISOString();

/** Name of a company's change cursor. */
export const feedOf = ({ orgId, company }: { orgId: string; company: string }) => ({
  orgId,
  system: SYSTEM,
  company,
  feed: 'changes',
});

/** Name of the cursor of a running import. */
export const importOf = (books: { orgId: string; company: string }) => ({ ...feedOf(books), feed: 'import' });
