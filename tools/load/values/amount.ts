import { isCurrency, minorDigits } from '@cashloop/money';
import { isEmpty, trimmed } from './empty.ts';

/** Which mark separates the decimals. The other one, spaces and apostrophes group thousands. */
export type DecimalMark = '.' | ',';

/** A cell taken apart: sign, digits and marks, and what else stood there. */
export interface AmountText {
  negative: boolean;
  /** Digits, points and commas only. */
  digits: string;
  /** Power of ten of "1.2E+3", else 0. */
  exponent: number;
  /** Currency sign or code that stood beside the digits, "" when none. */
  unit: string;
}

const body = /^[\d.,]*\d[\d.,]*$/;
const minus = /^[-−–]|[-−–]$/;
const scientific = /^([\d.,]+)e([+-]?\d{1,2})$/i;
const dash = /[-–—−]/;
const creditWord = /\s*(?:cr|haben)\.?$/i;
const debitWord = /\s*(?:dr|soll)\.?$/i;

/**
 * Takes an amount apart; undefined when it is none. "(12.00)", "12.00-", "-€ 12,00" and "12.00 CR" are negative, a dash
 * alone or beside a currency sign is zero.
 */
export function takeApart(cell: string): AmountText | undefined {
  let text = trimmed(cell)
    .replace(/[\s'’`´\u00a0\u202f\u2009]+/g, ' ')
    .trim();
  const zero = dashedZero(text);
  if (zero !== undefined) return zero;
  let negative = false;
  const strip = (pattern: RegExp): void => {
    if (!pattern.test(text)) return;
    negative = true;
    text = text.replace(pattern, '').trim();
  };
  const enclosed = /^\((.*)\)$|^(\p{Sc}|[A-Z]{3})\s?\((.*)\)$/u.exec(text);
  if (enclosed !== null) {
    negative = true;
    text = enclosed[1] ?? `${enclosed[2]}${enclosed[3]}`;
  }
  if (/\d/.test(text)) strip(creditWord);
  text = text.replace(debitWord, '').replace(/^\+|\+$/, '');
  // "12.--" and "12,-" have no cents.
  text = text.replace(/(?<=\d)[.,][-–]+$/, '');
  strip(minus);
  const unit = unitOf(text);
  text = text.replace(unit, '').replace(/ /g, '');
  strip(minus);
  const powers = scientific.exec(text);
  const digits = powers === null ? text : powers[1]!;
  if (!body.test(digits)) return undefined;
  return { negative, digits, exponent: powers === null ? 0 : Number(powers[2]), unit: unit.trim() };
}

/** Spreadsheets write zero as "-", "$ -" or "- €" in their accounting formats. */
function dashedZero(text: string): AmountText | undefined {
  // Most cells hold a digit.
  if (/\d/.test(text) || !dash.test(text)) return undefined;
  const unit = text.replace(dash, '').trim();
  const isUnit = unit === '' || unitOf(unit) === unit || isCurrency(unit.toUpperCase());
  return isUnit ? { negative: false, digits: '0', exponent: 0, unit } : undefined;
}

/** Whether a cell is zero written as a dash, which some columns use for "none". */
export const isDashedZero = (cell: string): boolean => dashedZero(trimmed(cell)) !== undefined;

function unitOf(text: string): string {
  const sign = /(?:(?<!\p{L})[A-Z]{1,3}\s?)?\p{Sc}|(?<!\p{L})(?:kr|zł|kč|ft|lei|fr|руб)(?!\p{L})\.?/iu.exec(text)?.[0];
  if (sign !== undefined) return sign;
  const code = /^[A-Za-z]{3}(?=[\s\d(.,+-])|(?<=[\s\d).,-])[A-Za-z]{3}$/.exec(text)?.[0];
  return code ?? '';
}

// A dash says "nothing here" in most columns, and zero in one of amounts.
const isBlank = (cell: string | undefined): boolean => isEmpty(cell) && !isDashedZero(cell ?? '');

/** Sign of a cell's amount without knowing its decimal mark: -1, 0, 1; undefined when it is no amount or empty. */
export function signOf(cell: string | undefined): number | undefined {
  const parts = isBlank(cell) ? undefined : takeApart(cell!);
  if (parts === undefined) return undefined;
  if (!/[1-9]/.test(parts.digits)) return 0;
  return parts.negative ? -1 : 1;
}

export type AmountReading =
  { kind: 'amount'; minor: bigint; rounded: boolean; unit: string } | { kind: 'empty' } | { kind: 'unreadable' };

// Largest amount a Postgres bigint holds.
const maxMinor = 9_223_372_036_854_775_807n;

/**
 * Reads a cell exactly into minor units of the currency. More decimals than the currency has are rounded half away from
 * zero and marked, since they are the noise of a spreadsheet far more often than fractions of a cent.
 */
export function readAmount(cell: string | undefined, mark: DecimalMark, currency: string): AmountReading {
  if (isBlank(cell)) return { kind: 'empty' };
  const parts = takeApart(cell!);
  const plainDigits = parts === undefined ? undefined : normalised(parts.digits, mark);
  if (parts === undefined || plainDigits === undefined) return { kind: 'unreadable' };
  const [whole = '', fraction = ''] = plainDigits.split('.');
  const scaled = shifted(whole + fraction, fraction.length - parts.exponent, minorDigits(currency));
  if (scaled === undefined || scaled.minor > maxMinor) return { kind: 'unreadable' };
  return {
    kind: 'amount',
    minor: parts.negative ? -scaled.minor : scaled.minor,
    rounded: scaled.rounded,
    unit: parts.unit,
  };
}

// What the stand-in's bulk call takes, and credit-scoring as a limit.
const wholeDigits = 13;

/** Whether an amount in minor units has more than 13 digits before its decimals: no service of ours takes it. */
export function isTooLarge(minor: bigint, currency: string): boolean {
  const most = 10n ** BigInt(wholeDigits + minorDigits(currency));
  return minor >= most || minor <= -most;
}

/** "1.234,56" with a decimal comma is "1234.56"; undefined when the marks do not fit, as "1,23,4" or "1.2.3,4". */
function normalised(digits: string, mark: DecimalMark): string | undefined {
  const group = mark === '.' ? ',' : '.';
  const at = digits.lastIndexOf(mark);
  if (at >= 0 && digits.indexOf(mark) !== at) return undefined;
  const whole = at < 0 ? digits : digits.slice(0, at);
  const fraction = at < 0 ? '' : digits.slice(at + 1);
  if (fraction.includes(group)) return undefined;
  if (whole.includes(group) && !grouped(whole.split(group))) return undefined;
  return `${whole.replaceAll(group, '')}.${fraction}`;
}

/** 1,234,567 or, as in India, 12,34,567. */
function grouped(groups: string[]): boolean {
  const [head = '', ...rest] = groups;
  const last = rest.at(-1)!;
  return (
    /^\d{1,3}$/.test(head) &&
    last.length === 3 &&
    (rest.every((g) => g.length === 3) || rest.slice(0, -1).every((g) => g.length === 2))
  );
}

function shifted(digits: string, decimals: number, wanted: number): { minor: bigint; rounded: boolean } | undefined {
  if (digits.length > 40 || Math.abs(decimals) > 40) return undefined;
  const value = BigInt(digits);
  if (decimals <= wanted) return { minor: value * 10n ** BigInt(wanted - decimals), rounded: false };
  const unit = 10n ** BigInt(decimals - wanted);
  const rest = value % unit;
  return { minor: value / unit + (rest * 2n >= unit ? 1n : 0n), rounded: rest !== 0n };
}
