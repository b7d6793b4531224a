import { EXTERNAL_TYPES, type CreditNoteContent, type CreditNoteWord } from './content.ts';
import type { CreditNoteFacts } from './facts.ts';
import type { Settlement } from './spread.ts';

function creditNoteWord(facts: CreditNoteFacts, deleted: boolean): CreditNoteWord {
  if (deleted) return 'DELETED';
  if (facts.voided) return 'VOIDED';
  return facts.remainingMinor === 0n ? 'APPLIED' : 'OPEN';
}

/**
 * @param context.settlements parts of all payments that spend this credit note, dated by the payment that applied it
 * @param context.idOf our id of an invoice by QuickBooks' id
 */
export function creditNoteContent(
  facts: CreditNoteFacts,
  context: {
    company: string;
    deleted: boolean;
    settlements: readonly Settlement[];
    idOf: (invoiceId: string) => string;
  },
): CreditNoteContent {
  const state = creditNoteWord(facts, context.deleted);
  const alive = state === 'OPEN' || state === 'APPLIED';
  return {
    kind: 'credit_note',
    state,
    number: facts.number,
    currency: facts.currency,
    totalMinor: facts.totalMinor.toString(),
    netMinor: facts.netMinor.toString(),
    unappliedMinor: alive ? facts.remainingMinor.toString() : '0',
    issueDate: facts.date,
    applications: alive
      ? context.settlements.map(({ invoiceId, amountMinor, date }) => ({
          invoiceId: context.idOf(invoiceId),
          amountMinor: amountMinor.toString(),
          date,
          kind: 'CREDIT' as const,
        }))
      : [],
    exchangeRate: facts.exchangeRate,
    source: {
      company: context.company,
      externalId: facts.externalId,
      externalType: EXTERNAL_TYPES.credit_note,
      marker: context.deleted ? '' : facts.marker,
    },
  };
}
