import { compareIds } from './facts.ts';

/** What is stored of a document or customer, as far as it decides whether news of it is newer. */
export interface StoredMarker {
  marker: string;
  updatedAt: string;
  /** When the answer that brought it was given; ISO instant. */
  readAt: string;
  deleted: boolean;
}

export type Acceptance =
  { kind: 'accept' } | { kind: 'ignore'; why: 'unknown' | 'final' | 'older' | 'same' | 'overtaken' };

/**
 * Whether facts replace what is stored. A newer SyncToken does; an equal one does when the content differs and the
 * answer is not older than the one we hold, because a payment freed by a voided invoice may keep its SyncToken.
 */
export function acceptFacts(
  stored: StoredMarker | undefined,
  news: { marker: string; readAt: string; sameFacts: boolean },
): Acceptance {
  if (stored === undefined) return { kind: 'accept' };
  if (stored.deleted) return { kind: 'ignore', why: 'final' };
  const order = compareIds(news.marker, stored.marker);
  if (order < 0) return { kind: 'ignore', why: 'older' };
  if (order > 0) return { kind: 'accept' };
  if (news.sameFacts) return { kind: 'ignore', why: 'same' };
  return news.readAt >= stored.readAt ? { kind: 'accept' } : { kind: 'ignore', why: 'overtaken' };
}

/** A deletion has no SyncToken: it counts unless the document was changed after it. */
export function acceptDeletion(stored: StoredMarker | undefined, deletedAt: string): Acceptance {
  if (stored === undefined) return { kind: 'ignore', why: 'unknown' };
  if (stored.deleted) return { kind: 'ignore', why: 'final' };
  return deletedAt >= stored.updatedAt ? { kind: 'accept' } : { kind: 'ignore', why: 'older' };
}
