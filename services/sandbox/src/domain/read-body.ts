import { MoneyError, parseDecimal } from '@cashloop/money';
import { type ExactObject, type ExactValue, isObject, numberText } from './exact-json.ts';
import { invalidValue, missing, tooLong, unknownProperty } from './faults.ts';
import { propertiesOf } from './shapes.ts';
import { isDate } from './timestamps.ts';

const members = new Set(['domain', 'sparse', 'status', 'time']);

/** Refuses properties the type does not have, at the top and in lines. @throws ApiFault 2010 */
export function refuseUnknown(type: string, body: ExactObject): void {
  const known = new Map((propertiesOf(type) ?? []).map((property) => [property.name, property.type]));
  for (const [name, value] of Object.entries(body)) {
    if (!known.has(name) && !members.has(name)) throw unknownProperty(name);
    const nested = known.get(name);
    if (nested !== undefined && propertiesOf(nested) !== undefined) refuseNested(nested, value);
  }
}

function refuseNested(type: string, value: ExactValue | undefined): void {
  for (const item of Array.isArray(value) ? value : [value]) if (isObject(item)) refuseUnknown(type, item);
}

export function textOf(body: ExactObject, name: string, most: number): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'string' ? value : numberText(value);
  if (text === undefined) throw invalidValue(name, 'is not a text');
  if (text.length > most) throw tooLong(name, most);
  return text;
}

export function dateOf(body: ExactObject, name: string): string | undefined {
  const text = textOf(body, name, 40)?.slice(0, 10);
  if (text !== undefined && !isDate(text)) throw invalidValue(name, 'is not a date');
  return text;
}

export function flagOf(body: ExactObject, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw invalidValue(name, 'is not true or false');
}

/** The id in a reference {value, name}. */
export function refOf(body: ExactObject, name: string): string | undefined {
  const reference = body[name];
  if (reference === undefined || reference === null) return undefined;
  const value = isObject(reference) ? textOf(reference, 'value', 100) : undefined;
  if (value === undefined) throw invalidValue(name, 'is not a reference');
  return value;
}

/** An amount in minor units. @throws ApiFault 2020, 2010 */
export function amountOf(body: ExactObject, name: string, currency: string): bigint {
  const amount = optionalAmountOf(body, name, currency);
  if (amount === undefined) throw missing(name);
  return amount;
}

export function optionalAmountOf(body: ExactObject, name: string, currency: string): bigint | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  const text = numberText(value);
  if (text === undefined) throw invalidValue(name, 'is not a number');
  return minorOf(name, text, currency);
}

export function minorOf(name: string, text: string, currency: string): bigint {
  try {
    return parseDecimal(text, currency);
  } catch (error) {
    if (error instanceof MoneyError) throw invalidValue(name, error.message);
    throw error;
  }
}

export function objectsOf(body: ExactObject, name: string): ExactObject[] {
  const value = body[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidValue(name, 'is not an array');
  return value.map((item) => {
    if (!isObject(item)) throw invalidValue(name, 'holds something that is not an object');
    return item;
  });
}

/** Sparse keeps what is not named; otherwise what is not named is blanked. */
export function mergeBody(before: ExactObject, incoming: ExactObject, sparse: boolean): ExactObject {
  const merged = sparse ? { ...before, ...incoming } : { ...incoming };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}

/** The body without the members the stand-in keeps itself. */
export const without = (body: ExactObject, names: ReadonlySet<string>): ExactObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.has(name)));
