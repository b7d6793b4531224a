import { isCurrency } from '@cashloop/money';
import { isEmpty } from './empty.ts';

// "$" and "kr" are left out: many countries write them, so they decide nothing.
const signs: Readonly<Record<string, string>> = {
  '€': 'EUR',
  EURO: 'EUR',
  EUROS: 'EUR',
  '£': 'GBP',
  US$: 'USD',
  U$S: 'USD',
  USD$: 'USD',
  C$: 'CAD',
  CA$: 'CAD',
  CAD$: 'CAD',
  A$: 'AUD',
  AU$: 'AUD',
  NZ$: 'NZD',
  HK$: 'HKD',
  S$: 'SGD',
  R$: 'BRL',
  '₹': 'INR',
  '₽': 'RUB',
  '₺': 'TRY',
  '₩': 'KRW',
  '₪': 'ILS',
  '₫': 'VND',
  '₴': 'UAH',
  '₦': 'NGN',
  ZŁ: 'PLN',
  KČ: 'CZK',
  SFR: 'CHF',
  FR: 'CHF',
  FT: 'HUF',
  STG: 'GBP',
};

/** The ISO code a cell, or the sign beside an amount, stands for; undefined when it is none or could be several. */
export function readCurrency(text: string): string | undefined {
  const upper = text.trim().toUpperCase().replace(/\.$/, '').replace(/\s+/g, '');
  if (isCurrency(upper)) return upper;
  const known = signs[upper];
  if (known !== undefined) return known;
  // "EUR - Euro", "Euro (EUR)"
  const code = /(?:^|[^A-Z])([A-Z]{3})(?:[^A-Z]|$)/.exec(text.trim())?.[1];
  return code !== undefined && isCurrency(code) ? code : undefined;
}

/** The ISO code inside a header such as "Amount (EUR)" or "betrag_in_eur". */
export function currencyInHeader(header: string): string | undefined {
  const words = header.split(/[^\p{L}\p{Sc}]+/u).filter((word) => word !== '');
  for (const word of words.slice(words.length > 1 ? 1 : 0)) {
    const code =
      /^[A-Za-z]{3}$/.test(word) && isCurrency(word.toUpperCase()) ? word.toUpperCase() : signs[word.toUpperCase()];
    if (code !== undefined && !notCurrencies.has(word.toLowerCase())) return code;
  }
  return undefined;
}
// Codes that are also ordinary words or abbreviations of headers.
const notCurrencies = new Set(['all', 'top', 'try', 'bam', 'sos', 'cup', 'mop', 'pen', 'lak', 'fr', 'ft']);

/** Currency by the value of another column: `country=UK:GBP,*:EUR`. */
export interface CurrencyRule {
  readonly column: string;
  readonly byValue: ReadonlyMap<string, string>;
  /** For values not named. */
  readonly otherwise?: string;
}

/**
 * Reads --currency-by.
 * @returns the rule, or what is wrong with it
 */
export function readCurrencyRule(text: string): CurrencyRule | string {
  const at = text.indexOf('=');
  if (at < 1) return `--currency-by wants COLUMN=VALUE:CURRENCY,...,*:CURRENCY, not "${text}"`;
  const byValue = new Map<string, string>();
  for (const pair of text.slice(at + 1).split(',')) {
    const colon = pair.lastIndexOf(':');
    const currency = pair
      .slice(colon + 1)
      .trim()
      .toUpperCase();
    if (colon < 0 || !isCurrency(currency))
      return `--currency-by: "${pair}" is not VALUE:CURRENCY with a currency such as EUR`;
    byValue.set(pair.slice(0, colon).trim().toLowerCase(), currency);
  }
  const otherwise = byValue.get('*');
  byValue.delete('*');
  return { column: text.slice(0, at).trim(), byValue, otherwise };
}

/** Currency of a row by the rule; undefined when its value is not named and there is no `*`. */
export function currencyBy(rule: CurrencyRule, value: string | undefined): string | undefined {
  return rule.byValue.get(isEmpty(value) ? '' : value!.trim().toLowerCase()) ?? rule.otherwise;
}
