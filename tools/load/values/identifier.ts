import { isEmpty, trimmed } from './empty.ts';

// A spreadsheet or data frame that once held the column as numbers writes 1930438491.0.
const floatNoise = /^\d+\.0+$/;

/** Whether a cell is an identifier that went through a number. Only then may its ".0" be cut; zeros in front always stay. */
export const hasFloatNoise = (cell: string): boolean => floatNoise.test(cell.trim());

/**
 * An identifier as text: never a number, so "0100" stays "0100". Empty cells give "".
 * @param cutZeros the column was seen to carry float noise, and nothing else with a point
 */
export function readIdentifier(cell: string | undefined, cutZeros = false): string {
  if (isEmpty(cell)) return '';
  const text = trimmed(cell).replace(/\s+/g, ' ');
  return cutZeros && floatNoise.test(text) ? text.slice(0, text.indexOf('.')) : text;
}

/** The digits of an identifier without zeros in front, or undefined when it is not all digits. */
export function withoutZeros(id: string): string | undefined {
  return /^\d+$/.test(id) ? id.replace(/^0+(?=\d)/, '') : undefined;
}
