import { FIRST_PAGE, type PagePosition } from './paging.ts';

/** Customers first, so that they are linked while documents are read; invoices last, so that they are the newest. */
export const IMPORT_ORDER = ['Customer', 'CreditMemo', 'Payment', 'Invoice'] as const;
export type ImportEntity = (typeof IMPORT_ORDER)[number];

/** How far a full reading has come. */
export interface ImportCursor {
  run: string;
  entity: ImportEntity;
  position: PagePosition;
  /** How often this entity was begun. */
  round: number;
}

export const importStart = (run: string): ImportCursor => ({
  run,
  entity: IMPORT_ORDER[0],
  position: FIRST_PAGE,
  round: 1,
});

/** Null when all is read. */
export function nextEntity(cursor: ImportCursor): ImportCursor | null {
  const entity = IMPORT_ORDER[IMPORT_ORDER.indexOf(cursor.entity) + 1];
  return entity === undefined ? null : { ...importStart(cursor.run), entity };
}

/** Null for none, or one of an earlier full reading. */
export function readImportCursor(stored: string | undefined, run: string): ImportCursor | null {
  if (stored === undefined) return null;
  const cursor = JSON.parse(stored) as ImportCursor;
  return cursor.run === run ? cursor : null;
}
