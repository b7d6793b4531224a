/** A number as it was written: `JSON.parse` would turn 0.10 into a float. */
export interface ExactNumber {
  readonly rawJSON: string;
}
export type ExactValue = string | boolean | null | ExactNumber | ExactValue[] | ExactObject;
export interface ExactObject {
  [name: string]: ExactValue | undefined;
}

// Part of ECMAScript since 2025 and of Node 24; the type library of the compiler does not name it yet.
const exact = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: { source: string }) => unknown): unknown;
  rawJSON(text: string): ExactNumber;
  isRawJSON(value: unknown): value is ExactNumber;
};

export const isExactNumber = (value: unknown): value is ExactNumber => exact.isRawJSON(value);

/** A number to be written exactly as the text says. */
export const exactNumber = (text: string): ExactNumber => exact.rawJSON(text);

export const isObject = (value: unknown): value is ExactObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);

/** Reads JSON keeping every number as written. @throws SyntaxError */
export const parseExact = (text: string): ExactValue =>
  exact.parse(text, (_, value, { source }) =>
    typeof value === 'number' ? exact.rawJSON(source) : value,
  ) as ExactValue;

/** Writes what `parseExact` read, byte for byte in its numbers. */
export const writeExact = (value: unknown): string => JSON.stringify(value);

/** Text of a number, a numeric text, or undefined: clients send both. */
export function numberText(value: ExactValue | undefined): string | undefined {
  if (isExactNumber(value)) return plain(value.rawJSON);
  return typeof value === 'string' && value.trim() !== '' ? plain(value.trim()) : undefined;
}

/** 1.25e3 is a JSON number too. */
function plain(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d*))?[eE]([+-]?\d{1,3})$/.exec(text);
  if (match === null) return text;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
