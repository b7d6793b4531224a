import { parse } from 'csv-parse/sync';
import { isEmpty } from '../values/empty.ts';
import { takeApart } from '../values/amount.ts';
import { readDate } from '../values/date.ts';
import { fields } from '../columns/fields.ts';
import { headerScore } from '../columns/guess.ts';

/** How the text of a file is cut into records. */
export interface Format {
  readonly delimiter: string;
  /** null: quotes are ordinary characters. */
  readonly quote: '"' | null;
  /** Records before and including the header: titles of a report, a `sep=` line. */
  readonly skip: number;
  /** Names of the columns; never empty, never twice the same. */
  readonly headers: readonly string[];
}

export type FormatVerdict =
  { kind: 'format'; format: Format; sample: string[][] } | { kind: 'no_header'; firstRow: string[] };

const delimiters = [',', ';', '\t', '|', '^', '~'];
const titleRows = 30;
const sampleRows = 2000;

/**
 * Finds delimiter and header line in the first text of a file.
 * @param text cut at the end of a line, or anywhere when it is the whole file
 * @param told what flags say
 */
export function sniffFormat(
  text: string,
  told: { delimiter?: string; quote?: '"' | null; header?: boolean } = {},
): FormatVerdict {
  const quote = told.quote === undefined ? '"' : told.quote;
  const sep = /^\uFEFF?"?sep=(.)"?\r?\n/i.exec(text)?.[1];
  const candidates = told.delimiter !== undefined ? [told.delimiter] : sep !== undefined ? [sep] : delimiters;
  const tried = candidates.map((delimiter) => attempt(text, delimiter, quote));
  const best = tried.reduce((a, b) => (b.score > a.score ? b : a));
  if (told.header === false) {
    const skip = sep === undefined ? 0 : 1;
    const width = Math.max(...best.rows.slice(0, 50).map((row) => row.length), 1);
    const headers = Array.from({ length: width }, (_, i) => `column ${i + 1}`);
    return {
      kind: 'format',
      format: { delimiter: best.delimiter, quote, skip, headers },
      sample: best.rows.slice(skip),
    };
  }
  const at = headerRow(best.rows);
  if (at === undefined)
    return { kind: 'no_header', firstRow: best.rows.find((row) => row.some((cell) => !isEmpty(cell))) ?? [] };
  const headers = named(best.rows[at]!);
  return {
    kind: 'format',
    format: { delimiter: best.delimiter, quote, skip: at + 1, headers },
    sample: best.rows.slice(at + 1, at + 1 + sampleRows),
  };
}

interface Attempt {
  delimiter: string;
  rows: string[][];
  score: number;
}

function attempt(text: string, delimiter: string, quote: '"' | null): Attempt {
  const rows = parseText(text, delimiter, quote);
  const widths = rows.slice(0, 200).map((row) => row.length);
  const usual = mode(widths.filter((width) => width > 1));
  if (usual === undefined) return { delimiter, rows, score: 0 };
  const steady = widths.filter((width) => width === usual).length / widths.length;
  const at = headerRow(rows);
  const known = at === undefined ? 0 : knownHeaders(rows[at]!);
  return { delimiter, rows, score: known * 10 + steady * 5 + Math.min(usual, 20) / 20 };
}

/** Reads text whose last record may be cut; broken quotes end the reading, not the program. */
function parseText(text: string, delimiter: string, quote: '"' | null): string[][] {
  const options = {
    delimiter,
    quote,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    to: sampleRows + titleRows,
  };
  const rows: string[][] = [];
  try {
    parse(text, { ...options, on_record: (record: string[]) => void rows.push(record) });
  } catch {
    // What was read before the broken place is enough for guessing; reading the file tells the line.
  }
  return rows;
}

const looksLikeData = (cell: string): boolean =>
  takeApart(cell) !== undefined || !['unreadable', 'empty'].includes(readDate(cell).kind);
const knownHeaders = (row: readonly string[]): number =>
  row.filter((cell) => fields.some((field) => headerScore(field, cell) >= 60)).length;

/** Index of the header: the row with most words we know, or else the first full row of words. */
function headerRow(rows: readonly string[][]): number | undefined {
  let best: number | undefined;
  let most = 0;
  rows.slice(0, titleRows).forEach((row, at) => {
    const filled = row.filter((cell) => !isEmpty(cell));
    if (filled.length < 2 || filled.filter(looksLikeData).length > filled.length * 0.2) return;
    const known = knownHeaders(row);
    if (known > most) {
      most = known;
      best = at;
    }
  });
  if (best !== undefined) return best;
  const width = mode(rows.map((row) => row.length)) ?? 1;
  const first = rows.findIndex(
    (row) => row.length === width && row.every((cell) => !looksLikeData(cell)) && row.some((cell) => cell !== ''),
  );
  return first >= 0 && first < titleRows && first < rows.length - 1 ? first : undefined;
}

function mode(numbers: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0];
}

/** Trims names, numbers the empty ones, and tells equal ones apart. */
function named(row: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return row.map((cell, at) => {
    const name = cell.trim().replace(/\s+/g, ' ') || `column ${at + 1}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}
