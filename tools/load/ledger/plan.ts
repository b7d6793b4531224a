import type { DecimalMark } from '../values/amount.ts';
import type { FlagMeaning, PaidState } from '../values/status.ts';
import { plain } from '../values/text.ts';
import type { Mapping } from '../columns/mapping.ts';
import type { Settings } from '../settings.ts';
import { daysBetween } from '../values/days.ts';
import type { CurrencySource } from './currencies.ts';
import type { DateRule } from './evidence.ts';
import type { Identity } from './identity.ts';
import type { Scan } from './scan.ts';
import type { Meaning } from './settle.ts';
import { joinZeros } from './zeros.ts';

/** Everything that was decided about a file before its rows are turned into documents. */
export interface Plan {
  readonly mapping: Mapping;
  readonly settings: Settings;
  readonly currency: CurrencySource;
  readonly dates: ReadonlyMap<number, DateRule>;
  readonly mark: DecimalMark;
  readonly meaning: Meaning;
  readonly flag: FlagMeaning;
  readonly status: ReadonlyMap<string, PaidState>;
  readonly identity: Identity;
  /** Ids that several documents of the file have. */
  readonly repeatedIds: ReadonlySet<string>;
  readonly floatNoise: ReadonlySet<number>;
  /** Customer number -> the longer form it is part of. */
  readonly joined: ReadonlyMap<string, string>;
  /** Customer -> its currencies, in order of appearance. */
  readonly currencies: ReadonlyMap<string, readonly string[]>;
  /** Customer -> the name that goes with its number. */
  readonly names: ReadonlyMap<string, string>;
  /** Last day on which something happened. */
  readonly lastDay?: string;
  /** Days by which all dates move. */
  readonly shiftDays: number;
}

/**
 * @param days today, and how far an earlier load of this file moved its dates: the same file moves alike every time
 * @throws UserFault when dates or decimals cannot be told
 */
export function planOf(
  scan: Scan,
  mapping: Mapping,
  settings: Settings,
  currency: CurrencySource,
  file: string,
  days: { today: string; shifted?: number },
): Plan {
  const joined = joinZeros(scan.customers.values(), settings.zeros);
  const currencies = new Map<string, string[]>();
  const names = new Map<string, string>();
  for (const customer of scan.customers.values()) {
    const id = joined.get(customer.id) ?? customer.id;
    const known = currencies.get(id) ?? [];
    currencies.set(id, [...known, ...customer.currencies.filter((code) => !known.includes(code))]);
    if (customer.names[0] !== undefined && !names.has(id)) names.set(id, customer.names[0]);
  }
  const dates = scan.evidence.dates(settings, file);
  const lastDay = scan.evidence.lastDay(dates);
  const shift =
    settings.shift_to_today && lastDay !== undefined ? (days.shifted ?? daysBetween(lastDay, days.today)) : 0;
  return {
    mapping,
    settings,
    currency,
    dates,
    mark: scan.evidence.mark(settings, file),
    meaning: scan.evidence.meaning(),
    flag: scan.evidence.flag,
    status: new Map(Object.entries(settings.status).map(([word, state]) => [plain(word), state])),
    identity: scan.identity,
    repeatedIds: scan.repeatedIds,
    floatNoise: scan.floatNoise,
    joined,
    currencies,
    names,
    lastDay,
    shiftDays: shift,
  };
}
