import { Option } from 'commander';
import { UserFault } from '../../local/faults.ts';

/** A row's id as an argument names it. @throws a sentence when it is no number */
export function rowId(text: string, next: string): string {
  if (/^[1-9]\d{0,17}$/.test(text)) return text;
  throw new UserFault(`"${text}" is no id: ids are numbers.`, next);
}

const ROWS_MAX = 100_000;

/** `--limit`: most rows to show. */
export const limitOption = (rows: number): Option =>
  new Option('--limit <rows>', 'most rows to show').default(rows).argParser((text) => {
    const limit = Number(text);
    if (/^[1-9]\d*$/.test(text) && limit <= ROWS_MAX) return limit;
    throw new UserFault(`"${text}" is no number of rows.`, `give --limit a number from 1 to ${ROWS_MAX}`);
  });
