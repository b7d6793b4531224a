import type { InvoiceContent } from './content.ts';

/** Document 3's three words. */
export type QboStatus = 'Paid' | 'Open' | 'Unknown';

/** Partly paid is Open; voided, deleted and zero invoices are Unknown. */
export function qboStatusOf(state: InvoiceContent['state']): QboStatus {
  if (state === 'PAID') return 'Paid';
  return state === 'OPEN' || state === 'PARTLY_PAID' ? 'Open' : 'Unknown';
}
