import { convert, MoneyError } from '@cashloop/money';

/** The part of a document that counts in an exposure. */
export interface OpenAmount {
  readonly currency: string;
  /** To the company's home currency; "" or "0" when unknown. */
  readonly exchangeRate: string;
  /** Signed: above zero is owed to us. Minor units of the document's currency. */
  readonly owedMinor: bigint;
}

/** In which currency an account is added up, and the currency that exchange rates lead to. */
export interface Terms {
  readonly currency: string | null;
  readonly homeCurrency: string | null;
}

/** What a document adds to an account: an amount, or nothing and a doubt. */
export interface Contribution {
  readonly minor: bigint;
  readonly unconvertible: 0 | 1;
}

const NOTHING: Contribution = { minor: 0n, unconvertible: 0 };
const DOUBT: Contribution = { minor: 0n, unconvertible: 1 };

/**
 * What one document adds to an account. Another currency converts at the document's own dated rate, which leads to the
 * home currency only. Without a usable rate the amount stays out and the account is doubtful: guessing would be worse.
 */
export function contribution(amount: OpenAmount, terms: Terms): Contribution {
  if (amount.owedMinor === 0n || terms.currency === null) return NOTHING;
  if (amount.currency === terms.currency) return { minor: amount.owedMinor, unconvertible: 0 };
  if (terms.currency !== terms.homeCurrency) return DOUBT;
  try {
    return { minor: convert(amount.owedMinor, amount.currency, terms.currency, amount.exchangeRate), unconvertible: 0 };
  } catch (error) {
    if (error instanceof MoneyError) return DOUBT;
    throw error;
  }
}

/** An account's exposure from its documents alone: what the running figures must agree with. */
export function exposureOf(
  amounts: Iterable<OpenAmount>,
  terms: Terms,
): { exposureMinor: bigint; unconvertible: number } {
  let exposureMinor = 0n;
  let unconvertible = 0;
  for (const amount of amounts) {
    const part = contribution(amount, terms);
    exposureMinor += part.minor;
    unconvertible += part.unconvertible;
  }
  return { exposureMinor, unconvertible };
}
