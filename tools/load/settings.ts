import type { Field } from './columns/fields.ts';
import type { PaidState } from './values/status.ts';

/** Everything a user may say about a file: by flags, or by a YAML file with these very names. */
export interface Settings {
  /** Field -> header, or "#3" for the third column. */
  columns: Partial<Record<Field, string>>;
  /** Further pairs of payment columns, for files with one row per invoice and several payments in it. */
  payments: { amount: string; date?: string }[];
  delimiter?: string;
  quote?: 'none';
  encoding?: string;
  header: boolean;
  /** dmy, mdy, ymd or a pattern; one for all date columns or by field. */
  date_format?: string | Partial<Record<Field, string>>;
  decimal?: '.' | ',';
  currency?: string;
  currency_by?: string;
  /** The file's own status words. */
  status: Record<string, PaidState>;
  /** Days until due where the file has no due date. */
  terms?: number;
  /** For rows without a customer; without it they are refused. */
  unknown_customer?: string;
  /** Whether 0100 and 100 are one customer: keep apart, merge, or merge where the file proves it. */
  zeros: 'prove' | 'keep' | 'merge';
  /** Credit limit of customers without one in the file, in their currency. */
  limit?: string;
  /** Move dates so that the last day is today. */
  shift_to_today: boolean;
}

export const noSettings = (): Settings => ({
  columns: {},
  payments: [],
  header: true,
  status: {},
  zeros: 'prove',
  shift_to_today: false,
});
