import type { LedgerRow } from './reading.ts';

/** A row with the line it came from. */
export interface NumberedRow {
  line: number;
  row: LedgerRow;
}

/**
 * Rows that differ in their payment only: payments of one invoice when together they do not exceed it, and when what is
 * open agrees; otherwise every row is an invoice of its own.
 */
export function joinPayments(rows: readonly NumberedRow[]): NumberedRow[] {
  const [first] = rows;
  if (first === undefined || rows.length < 2) return [...rows];
  const { settled } = first.row;
  const payments = rows.filter(({ row }) => row.paidCell !== undefined && row.paidCell > 0n);
  const total = payments.reduce((sum, { row }) => sum + row.paidCell!, 0n);
  const alike =
    settled.kind === 'invoice' &&
    rows.every(({ row }) => row.settled.kind === 'invoice' && row.settled.gross === settled.gross);
  if (!alike || payments.length < 2 || total > settled.gross) return [...rows];
  const joined: LedgerRow = {
    ...first.row,
    settled: { kind: 'invoice', gross: settled.gross, paid: total },
    payments: payments.map(({ row }) => ({ minor: row.paidCell!, date: row.paidDate })),
  };
  return [{ line: first.line, row: joined }];
}
