import { readSerial, type DateReading, type DayMonthOrder } from './date.ts';

/** What the dates of one column, or of several, say about day and month. */
export interface OrderEvidence {
  /** Values that only make sense with the day first, and one line that holds such a value. */
  dayFirst: number;
  dayFirstLine?: number;
  monthFirst: number;
  monthFirstLine?: number;
  /** Values that make sense both ways, and mean another day. */
  unclear: number;
  unclearExample?: string;
  /** Of all ordered values: how many are written with points. */
  points: number;
  /** Day numbers of a spreadsheet; such a column holds nothing else. */
  serials: number;
  other: number;
}

export const noEvidence = (): OrderEvidence => ({
  dayFirst: 0,
  monthFirst: 0,
  unclear: 0,
  points: 0,
  serials: 0,
  other: 0,
});

/** Adds one cell, as `readDate` read it, to the evidence of its column. */
export function weigh(evidence: OrderEvidence, reading: DateReading, cell: string, line: number): void {
  if (reading.kind === 'empty') return;
  if (reading.kind !== 'ordered') {
    if (reading.kind === 'unreadable' && readSerial(cell) !== undefined) evidence.serials++;
    else evidence.other++;
    return;
  }
  const { first, second } = reading;
  if (reading.mark === '.') evidence.points++;
  if (first > 12 && second <= 12) {
    evidence.dayFirst++;
    evidence.dayFirstLine ??= line;
  } else if (second > 12 && first <= 12) {
    evidence.monthFirst++;
    evidence.monthFirstLine ??= line;
  } else if (first !== second && first <= 12) {
    evidence.unclear++;
    evidence.unclearExample ??= cell.trim();
  }
}

export type OrderVerdict =
  | { kind: 'order'; order: DayMonthOrder; why: 'not needed' | 'column' | 'other columns' | 'points' }
  | { kind: 'ambiguous'; example: string }
  | { kind: 'mixed'; dayFirstLine: number; monthFirstLine: number };

// A slip of the pen is a bad row; more than this is two notations in one column.
const slips = 0.005;

/** Decides the order of one column from all of it, and from the file's other date columns where it alone is not clear. */
export function decideOrder(own: OrderEvidence, others: readonly OrderEvidence[] = []): OrderVerdict {
  const alone = verdictOf(own, 'column');
  if (alone !== undefined) return alone;
  const votes = others.map((other) => verdictOf(other, 'other columns')).filter((verdict) => verdict?.kind === 'order');
  const orders = new Set(votes.map((verdict) => (verdict?.kind === 'order' ? verdict.order : '')));
  if (orders.size === 1) return votes[0]!;
  if (own.unclear === 0) return { kind: 'order', order: 'dmy', why: 'not needed' };
  // Nobody writes month.day.year with points.
  if (own.points >= own.unclear) return { kind: 'order', order: 'dmy', why: 'points' };
  return { kind: 'ambiguous', example: own.unclearExample! };
}

function verdictOf(evidence: OrderEvidence, why: 'column' | 'other columns'): OrderVerdict | undefined {
  const { dayFirst, monthFirst } = evidence;
  if (dayFirst + monthFirst === 0) return undefined;
  if (Math.min(dayFirst, monthFirst) > slips * (dayFirst + monthFirst)) {
    return { kind: 'mixed', dayFirstLine: evidence.dayFirstLine!, monthFirstLine: evidence.monthFirstLine! };
  }
  return { kind: 'order', order: dayFirst > monthFirst ? 'dmy' : 'mdy', why };
}

/** Reads what --date-format says: dmy, mdy, ymd, or a pattern such as DD/MM/YYYY, %d.%m.%y, MM-DD-YY. */
export function orderFromPattern(pattern: string): DayMonthOrder | undefined {
  const letters = pattern
    .toLowerCase()
    .replace(/[^dmyj]/g, '')
    .replace(/j/g, 'y')
    .replace(/(.)\1+/g, '$1');
  return letters === 'dmy' || letters === 'mdy' || letters === 'ymd' ? letters : undefined;
}
