import { isLosslessNumber, parse } from 'lossless-json';
import { parseDecimal } from '@cashloop/money';

/** An object of QuickBooks' JSON. Numbers keep their digits: 0.1 stays the text "0.1". */
export type QboObject = Record<string, unknown>;

/** A document that cannot be understood: it is kept raw, counted and shown, never dropped. */
export class Misread extends Error {
  override readonly name = 'Misread';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const parseQbo = (text: string): unknown => parse(text);

export function text(object: QboObject, field: string): string {
  const value = object[field];
  if (typeof value === 'string') return value;
  return isLosslessNumber(value) ? value.value : '';
}

/** @throws Misread when the field is missing or empty */
export function required(object: QboObject, field: string): string {
  const value = text(object, field);
  if (value === '') throw new Misread('qbo.missing_field', `${field} is missing`);
  return value;
}

export const isObject = (value: unknown): value is QboObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);

export function child(object: QboObject, field: string): QboObject {
  const value = object[field];
  return isObject(value) ? value : {};
}

export function list(object: QboObject, field: string): QboObject[] {
  const value = object[field];
  return Array.isArray(value) ? (value as QboObject[]) : [];
}

/** Whether an object has these fields, with these texts; more of it is of no interest. */
export const shows = (object: QboObject, fields: QboObject): boolean =>
  Object.entries(fields).every(([field, value]) =>
    typeof value === 'object' && value !== null
      ? shows(child(object, field), value as QboObject)
      : text(object, field) === value,
  );

/** `{ "value": "58", "name": "..." }` -> "58" */
export const ref = (object: QboObject, field: string): string => text(child(object, field), 'value');

/**
 * An amount in minor units, exact. A missing one is 0.
 * @throws MoneyError when it has more decimals than the currency
 */
export function minor(object: QboObject, field: string, currency: string): bigint {
  const value = text(object, field);
  return value === '' ? 0n : parseDecimal(plain(value), currency);
}

/** JSON may write 1E+3 or 5e-1: the same number without an exponent. */
export function plain(number: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/.exec(number);
  if (match === null) return number;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const padded = digits.padEnd(point, '0');
  return sign + padded.slice(0, point) + (padded.length > point ? `.${padded.slice(point)}` : '');
}

/**
 * @returns an ISO instant in UTC
 * @throws Misread
 */
export function instant(value: string): string {
  // Old webhooks write offsets without a colon: -0700.
  const time = new Date(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(time.getTime())) throw new Misread('qbo.bad_time', `"${value.slice(0, 40)}" is not a time`);
  return time.toISOString();
}
