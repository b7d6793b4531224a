import { isCurrency } from '@cashloop/money';
import { UserFault } from '../../local/faults.ts';
import { columnNamed, type Mapping } from '../columns/mapping.ts';
import { isField } from '../columns/fields.ts';
import type { Settings } from '../settings.ts';
import { takeApart } from '../values/amount.ts';
import { currencyBy, currencyInHeader, readCurrency, readCurrencyRule } from '../values/currency.ts';
import { isEmpty } from '../values/empty.ts';

/** Currency of a row, or why it has none. */
export type RowCurrency = { currency: string } | { why: string };

export interface CurrencySource {
  of(cells: readonly string[]): RowCurrency;
  /** For the mapping table. */
  readonly described: string;
}

/** What a local company's books are kept in when nothing says otherwise. */
const baseCurrency = 'USD';

/** Decides where the currency of each row comes from: flags, then a column, then signs beside the amounts, then a header. */
export function currencySource(
  mapping: Mapping,
  settings: Settings,
  sample: readonly (readonly string[])[],
  file: string,
): CurrencySource {
  if (settings.currency !== undefined) return fixed(told(settings.currency), 'told');
  if (settings.currency_by !== undefined) return byRule(settings.currency_by, mapping, file);
  const { columns, headers } = mapping;
  if (columns.currency !== undefined) return byColumn(columns.currency, headers[columns.currency]!);
  const amount = columns.amount ?? columns.open ?? columns.debit;
  const signs = new Set(
    sample.map((row) => readCurrency(takeApart(row[amount!] ?? '')?.unit ?? '')).filter((code) => code !== undefined),
  );
  if (signs.size > 0) return bySign(amount!, headers[amount!]!, signs.size === 1 ? [...signs][0] : undefined);
  const named = [columns.amount, columns.open, columns.debit]
    .map((at) => (at === undefined ? undefined : currencyInHeader(headers[at]!)))
    .find((code) => code !== undefined);
  if (named !== undefined) return fixed(named, `from the header "${headers[amount!]}"`);
  return fixed(
    baseCurrency,
    'no column tells it: the base currency of a local company; say --currency or --currency-by if it is another',
  );
}

function told(text: string): string {
  const code = text.trim().toUpperCase();
  if (isCurrency(code)) return code;
  throw new UserFault(`--currency ${text} is no currency.`, 'use an ISO code such as EUR');
}

const fixed = (currency: string, why: string): CurrencySource => ({
  of: () => ({ currency }),
  described: `${currency} (${why})`,
});

function byRule(text: string, mapping: Mapping, file: string): CurrencySource {
  const rule = readCurrencyRule(text);
  if (typeof rule === 'string')
    throw new UserFault(`${rule}.`, 'npm run load -- FILE --currency-by country=UK:GBP,*:EUR');
  const own = isField(rule.column) ? mapping.columns[rule.column] : undefined;
  const named = mapping.headers.findIndex((header) => header.toLowerCase() === rule.column.toLowerCase());
  const column = named >= 0 ? named : (own ?? columnNamed(rule.column, mapping.headers, file));
  return {
    of: (cells) => {
      const currency = currencyBy(rule, cells[column]);
      return currency === undefined
        ? { why: `--currency-by does not name ${rule.column} "${cells[column] ?? ''}"` }
        : { currency };
    },
    described: `by "${mapping.headers[column]}" (told)`,
  };
}

function byColumn(column: number, header: string): CurrencySource {
  const known = new Map<string, string | undefined>();
  return {
    of: (cells) => {
      const cell = cells[column] ?? '';
      if (!known.has(cell))
        known.set(cell, isEmpty(cell) ? undefined : (readCurrency(cell) ?? (cell.trim() === '$' ? 'USD' : undefined)));
      const currency = known.get(cell);
      return currency === undefined
        ? { why: isEmpty(cell) ? 'it has no currency' : `"${cell}" is no currency` }
        : { currency };
    },
    described: `column "${header}"`,
  };
}

/** Rows whose amount carries no sign take the only currency the file writes, if it is only one. */
function bySign(column: number, header: string, only: string | undefined): CurrencySource {
  return {
    of: (cells) => {
      const currency = readCurrency(takeApart(cells[column] ?? '')?.unit ?? '') ?? only;
      return currency === undefined
        ? { why: 'its amount carries no currency sign, and others in the file carry several' }
        : { currency };
    },
    described: `signs in column "${header}"`,
  };
}
