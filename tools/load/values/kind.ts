import { isEmpty } from './empty.ts';
import { plain } from './text.ts';

/** What a row is. `signed`: an invoice when positive, a credit memo when negative. */
export type RowKind = 'invoice' | 'credit' | 'payment' | 'signed' | 'payable';

// SAP's document types beside the words of other programs. "ab" (clearing) and unknown types go by their sign.
const exact: Readonly<Record<string, RowKind>> = {
  rv: 'invoice',
  dr: 'invoice',
  ri: 'invoice',
  rn: 'invoice',
  inv: 'invoice',
  in: 'invoice',
  i: 'invoice',
  fac: 'invoice',
  fa: 'invoice',
  re: 'invoice',
  rg: 'invoice',
  accrec: 'invoice',
  f: 'invoice',
  custinvc: 'invoice',
  sale: 'invoice',
  sales: 'invoice',
  debit: 'invoice',
  dn: 'invoice',
  dg: 'credit',
  rc: 'credit',
  cn: 'credit',
  cm: 'credit',
  cr: 'credit',
  cre: 'credit',
  crn: 'credit',
  c: 'credit',
  gu: 'credit',
  gs: 'credit',
  av: 'credit',
  avoir: 'credit',
  avoirs: 'credit',
  accreccredit: 'credit',
  custcred: 'credit',
  credit: 'credit',
  dz: 'payment',
  zp: 'payment',
  za: 'payment',
  ze: 'payment',
  pmt: 'payment',
  pay: 'payment',
  p: 'payment',
  py: 'payment',
  rcpt: 'payment',
  re_pmt: 'payment',
  custpymt: 'payment',
  kr: 'payable',
  kg: 'payable',
  accpay: 'payable',
  bill: 'payable',
  vendbill: 'payable',
};
const parts: readonly (readonly [RegExp, RowKind])[] = [
  [/\b(bill credit|vendor|supplier|purchase|bill payment|lieferant|fournisseur)/, 'payable'],
  [
    /\b(credit ?notes?|credit ?memos?|creditnota|credit|refund note|gutschrift|rechnungskorrektur|avoir|note de credit|nota de credito|abono|nota di credito|nota credito|storno)/,
    'credit',
  ],
  [
    /\b(payments?|receipts?|unapplied cash|deposit|zahlung|zahlungseingang|einzahlung|paiement|reglement|encaissement|pago|cobro|recibo|pagamento|incasso|betaling|ontvangst|recebimento)\b/,
    'payment',
  ],
  [/\b(adjust|journal|correction|umbuchung|korrektur|ecriture|ajuste|rettifica)/, 'signed'],
  [
    /\b(invoice|rechnung|facture|factura|fattura|factuur|fatura|nota fiscal|debit note|sales|charge|faktura)/,
    'invoice',
  ],
];

/** What a row of this type is; undefined for types nobody knows, which then go by their sign. */
export function readKind(cell: string | undefined): RowKind | undefined {
  if (isEmpty(cell)) return undefined;
  const word = plain(cell!);
  return exact[word] ?? parts.find(([pattern]) => pattern.test(word))?.[1];
}

/** Sign by a debit/credit mark: S and D are debit, H and C credit, and SAP's posting keys 01-09 and 11-19. */
export function readSide(cell: string | undefined): 'debit' | 'credit' | undefined {
  if (isEmpty(cell)) return undefined;
  const word = plain(cell!);
  if (/^(s|d|dr|db|debit|soll|debe|dare|doit|\+|0?[1-9])$/.test(word)) return 'debit';
  return /^(h|c|cr|k|credit|haben|haber|avere|avoir|1[1-9])$/.test(word) ? 'credit' : undefined;
}
