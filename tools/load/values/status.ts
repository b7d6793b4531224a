import { isEmpty } from './empty.ts';
import { plain } from './text.ts';

/** What a row's status says of its invoice; `issued`: nothing about payment. */
export type PaidState = 'paid' | 'open' | 'partly' | 'void' | 'draft' | 'written_off' | 'issued';

const words: Readonly<Record<PaidState, readonly string[]>> = {
  written_off: [
    'written off',
    'write off',
    'writeoff',
    'bad debt',
    'uncollectible',
    'ausgebucht',
    'abgeschrieben',
    'irrecouvrable',
    'passe en perte',
  ],
  void: [
    'void',
    'voided',
    'cancelled',
    'canceled',
    'deleted',
    'reversed',
    'storniert',
    'storno',
    'annule',
    'annulee',
    'anulado',
    'anulada',
    'cancelado',
    'annullato',
    'annullata',
    'geannuleerd',
  ],
  draft: [
    'draft',
    'submitted',
    'awaiting approval',
    'pending approval',
    'entwurf',
    'brouillon',
    'borrador',
    'bozza',
    'concept',
    'rascunho',
    'proforma',
    'pro forma',
  ],
  partly: [
    'partial',
    'partially',
    'partly',
    'part paid',
    'part payment',
    'teilweise',
    'teilbezahlt',
    'teilzahlung',
    'partiellement',
    'parcial',
    'parcialmente',
    'parziale',
    'parzialmente',
    'deels',
    'gedeeltelijk',
  ],
  // Words about the document, or about when it was paid: "late" stands beside open and paid invoices.
  issued: [
    'approved',
    'sent',
    'viewed',
    'disputed',
    'current',
    'late',
    'on time',
    'early',
    'issued',
    'invoiced',
    'posted',
    'pending',
    'active',
    'valid',
    'gebucht',
    'versendet',
    'emise',
    'emis',
    'envoyee',
    'emitida',
    'enviada',
    'emessa',
    'inviata',
    'verzonden',
  ],
  open: [
    'open',
    'unpaid',
    'not paid',
    'outstanding',
    'overdue',
    'past due',
    'due',
    'unsettled',
    'uncleared',
    'unapplied',
    'not settled',
    'awaiting payment',
    'authorised',
    'authorized',
    'op',
    'reopened',
    'offen',
    'unbezahlt',
    'uberfallig',
    'fallig',
    'gemahnt',
    'impaye',
    'impayee',
    'non paye',
    'non payee',
    'non regle',
    'non reglee',
    'en attente',
    'ouvert',
    'ouverte',
    'echu',
    'echue',
    'en retard',
    'a payer',
    'du',
    'pendiente',
    'vencido',
    'vencida',
    'abierto',
    'abierta',
    'impagado',
    'impagada',
    'no pagado',
    'no pagada',
    'aperto',
    'aperta',
    'scaduto',
    'scaduta',
    'non pagato',
    'non pagata',
    'openstaand',
    'vervallen',
    'onbetaald',
    'niet betaald',
    'em aberto',
    'aberto',
    'aberta',
    'pendente',
  ],
  paid: [
    'paid',
    'cl',
    'fully paid',
    'paid in full',
    'settled',
    'closed',
    'cleared',
    'complete',
    'completed',
    'collected',
    'received',
    'deposited',
    'bezahlt',
    'ausgeglichen',
    'beglichen',
    'erledigt',
    'geschlossen',
    'paye',
    'payee',
    'regle',
    'reglee',
    'solde',
    'soldee',
    'acquitte',
    'acquittee',
    'encaisse',
    'cloture',
    'cloturee',
    'lettre',
    'lettree',
    'pagado',
    'pagada',
    'cobrado',
    'cobrada',
    'saldado',
    'cerrado',
    'cerrada',
    'pagato',
    'pagata',
    'saldato',
    'saldata',
    'incassato',
    'chiuso',
    'chiusa',
    'betaald',
    'voldaan',
    'gesloten',
    'pago',
    'paga',
    'liquidado',
    'recebido',
    'quitado',
  ],
};
const byWord = new Map(
  Object.entries(words).flatMap(([state, list]) => list.map((word) => [word, state as PaidState] as const)),
);

const yes = new Set([
  '1',
  '1 0',
  'true',
  't',
  'yes',
  'y',
  'x',
  'ja',
  'j',
  'oui',
  'o',
  'si',
  's',
  'sim',
  'wahr',
  'vrai',
  'on',
  '✓',
]);
const no = new Set(['0', '0 0', 'false', 'f', 'no', 'n', 'nein', 'non', 'nao', 'nee', 'falsch', 'faux', 'off']);

/** A column that answers yes or no: what its yes means. */
export type FlagMeaning = 'paid' | 'open';

/** What yes means in a column with this header: "isOpen" asks whether it is open, "Paid?" whether it is paid. */
export function flagMeaning(header: string): FlagMeaning {
  const words = ` ${plain(header)} `;
  return / (open|unpaid|outstanding|offen|ouvert|ouverte|abierto|aperto|impaye|impayee|overdue|due) /.test(words)
    ? 'open'
    : 'paid';
}

/**
 * Reads one cell of a status column. Own words (--status WORD=paid) go before ours.
 * @returns undefined when the word is unknown or the cell empty
 */
export function readStatus(
  cell: string | undefined,
  flag: FlagMeaning,
  own: ReadonlyMap<string, PaidState> = new Map(),
): PaidState | undefined {
  if (isEmpty(cell)) return undefined;
  const word = plain(cell!);
  const told = own.get(word);
  if (told !== undefined) return told;
  if (yes.has(word)) return flag;
  if (no.has(word)) return flag === 'paid' ? 'open' : 'paid';
  return byWord.get(word) ?? startOf(word);
}

/** "Overdue on 3/4", "Paid 12 March", "Partially paid": the longest known start of whole words. */
function startOf(word: string): PaidState | undefined {
  const parts = word.split(' ');
  for (let end = Math.min(parts.length - 1, 4); end > 0; end--) {
    const state = byWord.get(parts.slice(0, end).join(' '));
    if (state !== undefined) return state;
  }
  return undefined;
}

/** Whether a text is one of our words for a state; for --status. */
export const isPaidState = (text: string): text is PaidState => Object.hasOwn(words, text);
