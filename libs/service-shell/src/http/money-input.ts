import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { MoneyError, parseDecimal } from '@cashloop/money';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { ProblemError } from '../problems/problem-error.ts';

/** What an amount in a request may be. */
export interface MoneyInputOptions {
  negative?: boolean;
  zero?: boolean;
  /** Name of the property beside it that holds the currency: then its number of decimals is checked too. */
  currency?: string;
  optional?: boolean;
  /** As `optional`, and `null` may be sent, to take an amount away. */
  nullable?: boolean;
  description?: string;
}

const PLAIN = /^-?\d+(\.\d+)?$/;
// DECIMAL(15,2), as the credit documents have it.
const WHOLE_DIGITS_MAX = 13;

/**
 * An amount in a request body: a JSON number or a decimal string. After validation the property is a plain decimal string,
 * for `parseMoney` once the currency is known.
 */
export function MoneyInput(options: MoneyInputOptions = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => plainText(value)),
    ...(options.optional || options.nullable ? [IsOptional()] : []),
    ValidateBy({
      name: 'moneyInput',
      validator: {
        validate: (value, args) => amountFault(value, options, currencyIn(args?.object, options)) === undefined,
        defaultMessage: (args) =>
          `${args?.property ?? 'amount'} ${amountFault(args?.value, options, currencyIn(args?.object, options)) ?? ''}`,
      },
    }),
    ApiProperty({
      oneOf: [{ type: 'string', pattern: '^-?\\d+(\\.\\d+)?$', example: '1250.00' }, { type: 'number' }],
      nullable: options.nullable === true,
      required: !(options.optional || options.nullable),
      description: options.description ?? 'A decimal string, or a number',
    }),
  );
}

/**
 * Minor units of an amount that `MoneyInput` let through.
 * @throws ProblemError 400 `request.invalid` naming `field` when the currency has fewer decimals
 */
export function parseMoney(text: string, currency: string, field: string): bigint {
  try {
    return parseDecimal(text, currency);
  } catch (error) {
    if (error instanceof MoneyError)
      throw ProblemError.invalid(field, `is not an amount of ${currency}: ${error.message}`);
    throw error;
  }
}

/** Numbers as JavaScript reads them back: up to 15 digits nothing is lost, beyond that the caller must send a string. */
function plainText(value: unknown): unknown {
  if (typeof value === 'string') return value.trim();
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  return PLAIN.test(String(value)) ? String(value) : value;
}

function currencyIn(object: object | undefined, options: MoneyInputOptions): string | undefined {
  const currency: unknown = options.currency && (object as Record<string, unknown> | undefined)?.[options.currency];
  return typeof currency === 'string' ? currency : undefined;
}

/** Why a value is not acceptable, or undefined. */
export function amountFault(value: unknown, options: MoneyInputOptions, currency?: string): string | undefined {
  if (value === undefined || value === null) return 'must be a number or a decimal string';
  if (typeof value === 'number') {
    return Number.isFinite(value) && Math.abs(value) < 1 ? 'has too many decimals' : 'is too large';
  }
  if (typeof value !== 'string' || !PLAIN.test(value)) return 'must be a number or a decimal string such as "1250.00"';
  const digits = value.replace('-', '').split('.')[0]!.replace(/^0+/, '');
  if (digits.length > WHOLE_DIGITS_MAX) return `must have at most ${WHOLE_DIGITS_MAX} digits before the point`;
  const isZero = /^-?0+(\.0+)?$/.test(value);
  if (value.startsWith('-') && !isZero && !options.negative) return 'must not be negative';
  if (isZero && options.zero === false) return 'must not be zero';
  return currency === undefined ? undefined : decimalsFault(value, currency);
}

function decimalsFault(value: string, currency: string): string | undefined {
  try {
    parseDecimal(value, currency);
    return undefined;
  } catch (error) {
    // A currency nobody knows is the currency field's own fault to report.
    if (error instanceof MoneyError) return error.code === 'money.unknown_currency' ? undefined : error.message;
    throw error;
  }
}
