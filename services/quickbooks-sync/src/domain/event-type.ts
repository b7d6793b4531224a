import type { Content, CreditNoteWord, InvoiceWord, PaymentWord } from './content.ts';

/** Event types this service gives to documents. */
export type DocumentEventType =
  | `invoice_${'created' | 'updated' | 'paid' | 'reopened' | 'voided'}`
  | `payment_${'received' | 'updated' | 'reversed'}`
  | `credit_note_${'issued' | 'updated' | 'voided'}`;

/** Names what happened between two versions. The first version has the same name whatever the state. */
export function eventTypeOf(before: Content | null, after: Content): DocumentEventType {
  switch (after.kind) {
    case 'invoice':
      return before === null
        ? 'invoice_created'
        : invoiceType(before.state as InvoiceWord, after.state, after.balanceMinor);
    case 'payment':
      return before === null ? 'payment_received' : paymentType(before.state as PaymentWord, after.state);
    case 'credit_note':
      return before === null ? 'credit_note_issued' : creditNoteType(before.state as CreditNoteWord, after.state);
  }
}

function invoiceType(before: InvoiceWord, after: InvoiceWord, balanceMinor: string): DocumentEventType {
  if (after === before) return 'invoice_updated';
  if (after === 'VOIDED' || after === 'DELETED') return 'invoice_voided';
  if (after === 'PAID') return 'invoice_paid';
  const wasSettled = before === 'PAID' || before === 'ZERO' || before === 'VOIDED';
  return wasSettled && BigInt(balanceMinor) > 0n ? 'invoice_reopened' : 'invoice_updated';
}

function paymentType(before: PaymentWord, after: PaymentWord): DocumentEventType {
  return after !== before && after !== 'RECEIVED' ? 'payment_reversed' : 'payment_updated';
}

function creditNoteType(before: CreditNoteWord, after: CreditNoteWord): DocumentEventType {
  return after !== before && (after === 'VOIDED' || after === 'DELETED') ? 'credit_note_voided' : 'credit_note_updated';
}
