/** Where the next page of a list ordered by Id starts, and which ids it must start with. */
export interface PagePosition {
  /** 1-based, as QuickBooks counts. */
  start: number;
  /** Last ids of the page before, read again to see that nothing moved in between. */
  tail: string[];
}

export type PageVerdict =
  /** Rows before this page went away or appeared: read from further back. */
  { kind: 'again'; next: PagePosition } | { kind: 'more'; next: PagePosition } | { kind: 'end' };

export const FIRST_PAGE: PagePosition = { start: 1, tail: [] };
const OVERLAP = 5;

/**
 * QuickBooks pages by position, and positions shift when a row is deleted. Pages overlap by five rows: when these are
 * not the ones the page before ended with, a row may have slipped through, and the page before is read again.
 */
export function judgePage(position: PagePosition, ids: readonly string[], pageSize: number): PageVerdict {
  const moved = position.tail.some((id, index) => ids[index] !== id);
  if (moved) return { kind: 'again', next: { start: Math.max(1, position.start - pageSize), tail: [] } };
  if (ids.length < pageSize) return { kind: 'end' };
  const overlap = Math.min(OVERLAP, pageSize - 1);
  return { kind: 'more', next: { start: position.start + pageSize - overlap, tail: ids.slice(-overlap) } };
}
