import { SYSTEM } from './facts.ts';

/** Objects the change feed answers at most; it has no pages. */
export const FEED_MAX = 1_000;

/** Read again with every sweep: the feed may show a change a little after its time. */
export const OVERLAP_MS = 5 * 60_000;

const LOOK_BACK_MS = 29 * 86_400_000;

/** Whether the feed no longer reaches back to where we stopped. */
export const tooOld = (position: string, now: Date): boolean => now.getTime() - new Date(position).getTime() > LOOK_BACK_MS;

/** Name of a company's change cursor. */
export const feedOf = ({ orgId, company }: { orgId: string; company: string }) => ({
  orgId,
  system: SYSTEM,
  company,
  feed: 'changes',
});

/** Name of the cursor of a running import. */
export const importOf = (books: { orgId: string; company: string }) => ({ ...feedOf(books), feed: 'import' });
