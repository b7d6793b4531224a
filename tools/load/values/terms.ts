import { isEmpty } from './empty.ts';

/** Days until an invoice is due, from its terms: "Net 30", "2/10 net 30", "30 Tage", "NT45", "due on receipt", "30". */
export function readTerms(cell: string | undefined): number | undefined {
  if (isEmpty(cell)) return undefined;
  const text = cell!.trim().toLowerCase();
  if (/receipt|immediate|sofort|comptant|contado|prompt|\bcod\b|vista/.test(text)) return 0;
  const found =
    /^(\d{1,3})(?:\.0+)?$/.exec(text) ??
    /n(?:et|etto|t)?\.?[\s-]*(\d{1,3})\b/.exec(text) ??
    /(\d{1,3})\s*(?:d\b|days?|tage|jours?|dias?|días|giorni|gg|dagen|j\b)/.exec(text);
  const days = found === null ? undefined : Number(found[1]);
  return days !== undefined && days <= 366 ? days : undefined;
}
