import { currencyInHeader } from '../values/currency.ts';
import { plain } from '../values/text.ts';
import { fields, type Columns, type Field } from './fields.ts';
import { headerWords } from './header-words.ts';
import { looksLike } from './likely.ts';

/** How well a header names a field: 0 (not at all) to 96. */
export function headerScore(field: Field, header: string): number {
  const name = plain(header);
  const words = headerWords[field];
  const exact = words.exact.find(([, phrase]) => phrase === name)?.[0] ?? 0;
  if (exact > 0) return exact;
  const bare = withoutUnit(name, header);
  if (bare !== name) {
    const score = words.exact.find(([, phrase]) => phrase === bare)?.[0] ?? 0;
    if (score > 0) return score - 2;
  }
  if (words.never?.test(name) === true) return 0;
  return words.loose?.find(([, pattern]) => pattern.test(name))?.[0] ?? 0;
}

/** "amount eur" without its currency, "invoice date dd mm yyyy" without its pattern, "amount 1" without a repeat's count. */
function withoutUnit(name: string, header: string): string {
  const currency = currencyInHeader(header)?.toLowerCase();
  return name
    .split(' ')
    .filter((word) => word !== currency && !/^(?:[dmy]{2,4}|in|incl|the|la|le|der|des)$/.test(word))
    .join(' ')
    .trim();
}

interface Candidate {
  field: Field;
  column: number;
  score: number;
}

/**
 * Guesses what each column holds, from headers first and a sample of rows second. Every column serves one field at most.
 * @param told columns already assigned by flags or file; they are kept
 */
export function guessColumns(
  headers: readonly string[],
  sample: readonly (readonly string[])[],
  told: Columns = {},
): Columns {
  const found: Columns = { ...told };
  const taken = new Set(Object.values(told));
  for (const { field, column } of candidates(headers, sample)) {
    if (found[field] !== undefined || taken.has(column)) continue;
    if (field === 'id') continue;
    found[field] = column;
    taken.add(column);
  }
  return tidied(found, told, headers);
}

function candidates(headers: readonly string[], sample: readonly (readonly string[])[]): Candidate[] {
  const all: Candidate[] = [];
  const hasCurrency = headers.some((header) => headerScore('currency', header) >= 90);
  headers.forEach((header, column) => {
    const cells = sample.map((row) => row[column] ?? '');
    for (const field of fields) {
      let score = headerScore(field, header);
      if (score === 0 || !looksLike(field, header, cells, score)) continue;
      // Beside a currency column, "USD Amount" is a conversion, and "Amount" what the document says.
      if (hasCurrency && ['amount', 'open', 'paid'].includes(field) && currencyInHeader(header) !== undefined)
        score -= 20;
      all.push({ field, column, score });
    }
  });
  return all.sort(
    (a, b) => b.score - a.score || fields.indexOf(a.field) - fields.indexOf(b.field) || a.column - b.column,
  );
}

/** An amount in the company's own currency goes with that currency, not with the document's. */
function localCurrency({ amount }: Columns, headers: readonly string[]): number | undefined {
  if (amount === undefined || !/\b(dmbtr|local curr(ency)?|lc|hauswahrung)\b/.test(plain(headers[amount]!)))
    return undefined;
  const at = headers.findIndex((header) =>
    /^(hwaer|local currency|local curr|hauswahrung|company currency|functional currency)$/.test(plain(header)),
  );
  return at < 0 || at === amount ? undefined : at;
}

/** Takes back guesses that make no sense together. What was told stays. */
function tidied(found: Columns, told: Columns, headers: readonly string[]): Columns {
  const drop = (field: Field): void => {
    if (told[field] === undefined) delete found[field];
  };
  if (found.customer === undefined && found.customer_name !== undefined) {
    found.customer = found.customer_name;
    drop('customer_name');
  }
  // Two amounts columns say it better than one only when there is no other.
  if (found.amount !== undefined || found.debit === undefined || found.credit === undefined) {
    drop('debit');
    drop('credit');
  }
  // In an account with debit and credit, a plain balance runs from line to line and says nothing of one document.
  if (
    found.debit !== undefined &&
    found.open !== undefined &&
    /^(balance|saldo|solde|running balance)$/.test(plain(headers[found.open]!))
  )
    drop('open');
  if (found.baseline_date !== undefined && found.due_date !== undefined) drop('baseline_date');
  if (told.currency === undefined) found.currency = localCurrency(found, headers) ?? found.currency;
  return found;
}
