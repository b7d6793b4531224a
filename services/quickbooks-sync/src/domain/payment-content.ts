import { EXTERNAL_TYPES, type PaymentContent, type PaymentWord } from './content.ts';
import type { PaymentFacts } from './facts.ts';
import { settlementsOf } from './spread.ts';

/** A zero payment only applies credit memos: its applications travel with the credit notes. @param before as last seen */
export function remembering(facts: PaymentFacts, before: PaymentFacts | undefined): PaymentFacts {
  const onlyAppliesCredit = facts.voided ? before?.onlyAppliesCredit === true : facts.totalMinor === 0n;
  return onlyAppliesCredit ? { ...facts, onlyAppliesCredit } : facts;
}

/**
 * @param idOf our id of an invoice by QuickBooks' id
 */
export function paymentContent(
  facts: PaymentFacts,
  context: { company: string; deleted: boolean; idOf: (invoiceId: string) => string },
): PaymentContent {
  const state: PaymentWord = context.deleted ? 'DELETED' : facts.voided ? 'VOIDED' : 'RECEIVED';
  const alive = state === 'RECEIVED';
  return {
    kind: 'payment',
    state,
    number: facts.number,
    currency: facts.currency,
    totalMinor: facts.totalMinor.toString(),
    unappliedMinor: alive ? facts.unappliedMinor.toString() : '0',
    date: facts.date,
    applications: alive
      ? settlementsOf(facts)
          .filter((settlement) => settlement.from.kind === 'cash')
          .map(({ invoiceId, amountMinor, date }) => ({
            invoiceId: context.idOf(invoiceId),
            amountMinor: amountMinor.toString(),
            date,
            kind: 'CASH' as const,
          }))
      : [],
    exchangeRate: facts.exchangeRate,
    source: {
      company: context.company,
      externalId: facts.externalId,
      externalType: EXTERNAL_TYPES.payment,
      marker: context.deleted ? '' : facts.marker,
    },
  };
}
