import { ProblemError } from '../problems/problem-error.ts';

/** Where a page ended: the sort it belongs to, the sort value of its last row, and that row's tie breaker. */
export interface Cursor {
  sort: string;
  value: string;
  tie: string;
}

/** Opaque to callers, so that what is inside may change. */
export const encodeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify([cursor.sort, cursor.value, cursor.tie])).toString('base64url');

/** @throws ProblemError 400 when the text is no cursor, or one of another sort */
export function decodeCursor(text: string, sort: string): Cursor {
  const parts = parsed(text);
  if (!Array.isArray(parts) || parts.length !== 3 || !parts.every((part) => typeof part === 'string')) {
    throw ProblemError.invalid('cursor', 'is not a next_cursor of this list');
  }
  const [cursorSort, value, tie] = parts as [string, string, string];
  if (cursorSort !== sort)
    throw ProblemError.invalid('cursor', `belongs to a list sorted by ${cursorSort.slice(0, 40)}`);
  return { sort, value, tie };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
