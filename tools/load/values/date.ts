import { isEmpty, trimmed } from './empty.ts';
import { monthOf } from './months.ts';

/** Which part of 03/04/2012 is the day. */
export type DayMonthOrder = 'dmy' | 'mdy' | 'ymd';

export type DateReading =
  | { kind: 'date'; iso: string }
  | { kind: 'empty' }
  /** Three numbers whose order the value alone does not tell. */
  | { kind: 'ordered'; first: number; second: number; last: number; mark: string; shortYear: boolean }
  | { kind: 'unreadable' };

const zone = '(?:Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)';
const time = `(?:,?[T\\s]+\\d{1,2}[:.h]\\d{2}(?:[:.]\\d{2}(?:[.,]\\d+)?)?\\s*(?:[ap]\\.?m\\.?)?\\s*${zone}?)?$`;
const shape = (pattern: string): RegExp => new RegExp(`^${pattern}${time}`, 'i');
const iso = shape('(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})(?:Z|[+-]\\d{2}:\\d{2})?');
const compact = shape('(\\d{4})(\\d{2})(\\d{2})');
const compactTime = new RegExp(`^(\\d{4})(\\d{2})(\\d{2})[T\\s]?(?:\\d{4}|\\d{6}(?:[.,]\\d+)?)${zone}?$`, 'i');
// A data frame that held the day as a number.
const floated = /^(\d{4})(\d{2})(\d{2})\.0+$/;
const threeNumbers = shape('(\\d{1,2})\\s?([-/.])\\s?(\\d{1,2})\\s?\\2\\s?(\\d{4}|\\d{2})');
const dayNamed = shape(
  '(?:\\p{L}+,?\\s+)?(\\d{1,2})(?:st|nd|rd|th|\\.)?[-\\s/]*(?:de\\s+)?(\\p{L}{3,})\\.?,?[-\\s/]*(?:de\\s+)?(\\d{4}|\\d{2})',
);
const monthNamed = shape('(?:\\p{L}+,\\s+)?(\\p{L}{3,})\\.?[-\\s]+(\\d{1,2})(?:st|nd|rd|th)?,?[-\\s]+(\\d{4})');
const named = new RegExp(dayNamed.source, 'iu');
const namedUs = new RegExp(monthNamed.source, 'iu');
// "0000-00-00" and its kin: databases and SAP write them for "no date".
const zeros = /^0{1,4}([-/.]?0{1,2}){0,2}(\.0+)?(\s+0{1,2}:0{2}(:0{2})?)?$/;

/** Reads one cell as far as the cell alone allows. */
export function readDate(cell: string | undefined): DateReading {
  if (isEmpty(cell)) return { kind: 'empty' };
  const text = trimmed(cell);
  if (zeros.test(text)) return { kind: 'empty' };
  let match = iso.exec(text);
  if (match !== null) return calendar(+match[1]!, +match[3]!, +match[4]!);
  match = compact.exec(text) ?? compactTime.exec(text) ?? floated.exec(text);
  if (match !== null) return calendar(+match[1]!, +match[2]!, +match[3]!);
  match = threeNumbers.exec(text);
  if (match !== null) {
    const last = match[4]!;
    return {
      kind: 'ordered',
      first: +match[1]!,
      second: +match[3]!,
      last: +last,
      mark: match[2]!,
      shortYear: last.length === 2,
    };
  }
  return readNamed(text);
}

function readNamed(text: string): DateReading {
  let match = named.exec(text);
  let month = match === null ? undefined : monthOf(match[2]!);
  if (match !== null && month !== undefined)
    return calendar(fullYear(+match[3]!, match[3]!.length === 2), month, +match[1]!);
  match = namedUs.exec(text);
  month = match === null ? undefined : monthOf(match[1]!);
  if (match !== null && month !== undefined) return calendar(+match[3]!, month, +match[2]!);
  return { kind: 'unreadable' };
}

/** Puts three numbers in order. Years of two digits: 70-99 are of the last century. */
export function inOrder(reading: DateReading & { kind: 'ordered' }, order: DayMonthOrder): DateReading {
  const { first, second, last, shortYear } = reading;
  if (order === 'ymd') return shortYear ? calendar(fullYear(first, true), second, last) : { kind: 'unreadable' };
  const year = fullYear(last, shortYear);
  return order === 'dmy' ? calendar(year, second, first) : calendar(year, first, second);
}

const serial = /^\d{5}(?:[.,]\d+)?$/;
/** Day 1 of a spreadsheet's calendar is 1900-01-01, and it believes in 1900-02-29. */
const serialZero = Date.UTC(1899, 11, 30);

/** A spreadsheet's day number (43831 is 2020-01-01), between 1954 and 2064. */
export function readSerial(cell: string): string | undefined {
  const text = cell.trim();
  if (!serial.test(text)) return undefined;
  const days = Number.parseInt(text, 10);
  return days < 20_000 || days > 60_000
    ? undefined
    : new Date(serialZero + days * 86_400_000).toISOString().slice(0, 10);
}

const fullYear = (year: number, short: boolean): number => (short ? (year < 70 ? 2000 + year : 1900 + year) : year);

function calendar(year: number, month: number, day: number): DateReading {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return { kind: 'unreadable' };
  return { kind: 'date', iso: `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` };
}

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
