import Table from 'cli-table3';
import type { Row } from './service-database.ts';

const cell = (value: Row[string]): string =>
  value instanceof Date ? value.toISOString() : value === null ? '' : String(value);

/** A plain table on standard output, or one sentence when there is nothing. */
export function printRows(rows: readonly Row[], nothing: string): void {
  const [first] = rows;
  if (first === undefined) return console.log(nothing);
  const table = new Table({ head: Object.keys(first), style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(Object.values(row).map(cell));
  console.log(table.toString());
}

/** One row, a line per column. */
export function printRow(row: Row): void {
  const width = Math.max(...Object.keys(row).map((name) => name.length));
  for (const [name, value] of Object.entries(row)) console.log(`${name.padEnd(width)}  ${cell(value)}`);
}
