// What programs write when they have nothing to write.
const nothing = new Set([
  '',
  '-',
  '--',
  '—',
  'null',
  '(null)',
  'nan',
  'nat',
  'none',
  'n/a',
  'na',
  '#n/a',
  '\\n',
  'nil',
  'undefined',
  '<na>',
  '(blank)',
]);

/** Whether a cell says "nothing here". */
export const isEmpty = (cell: string | undefined): boolean =>
  cell === undefined || cell === '' || nothing.has(cell.trim().toLowerCase());

/** A cell without the spaces around it, and without the wrapping that spreadsheets use to protect leading zeros (="0100", '0100). */
export function trimmed(cell: string | undefined): string {
  if (cell === undefined) return '';
  const text = cell.trim();
  const wrapped = /^="(.*)"$/s.exec(text);
  if (wrapped !== null) return wrapped[1]!.trim();
  return /^'\d/.test(text) ? text.slice(1) : text;
}
