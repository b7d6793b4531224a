import type { ExactObject } from './exact-json.ts';

export type TxnKind = 'Invoice' | 'Payment' | 'CreditMemo';
export type TxnState = 'open' | 'voided' | 'deleted';

/** A customer as stored. */
export interface Customer {
  id: string;
  syncToken: number;
  createdAt: Date;
  updatedAt: Date;
  displayName: string;
  active: boolean;
  parentId: string | null;
  currency: string;
  /** Open invoices less unapplied payments and credits, in minor units of `currency`. */
  balanceMinor: bigint;
  /** What the client wrote besides the members above. */
  body: ExactObject;
}

/** An invoice, a payment or a credit memo as stored. */
export interface Txn {
  id: string;
  kind: TxnKind;
  state: TxnState;
  syncToken: number;
  createdAt: Date;
  updatedAt: Date;
  customerId: string;
  currency: string;
  /** Units of the home currency for one unit of `currency`. */
  exchangeRate: string;
  docNumber: string | null;
  txnDate: string;
  dueDate: string | null;
  totalMinor: bigint;
  taxMinor: bigint;
  /** Invoice: Balance. Credit memo: RemainingCredit. Payment: UnappliedAmt. Minor units. */
  openMinor: bigint;
  body: ExactObject;
}

/** One line of a payment: it settles an invoice or uses a credit memo. */
export interface Application {
  paymentId: string;
  targetId: string;
  targetKind: 'Invoice' | 'CreditMemo';
  amountMinor: bigint;
}

/** What a document means for its customer's balance. */
export const balanceEffect = (txn: Pick<Txn, 'kind' | 'openMinor'>): bigint =>
  txn.kind === 'Invoice' ? txn.openMinor : -txn.openMinor;
