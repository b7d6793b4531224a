/** Rows of the stand-in's bulk call; see services/sandbox. Amounts are decimal texts of 0 or more. */
export interface BulkCustomer {
  kind: 'customer';
  key: string;
  display_name: string;
  currency: string;
  notes: string;
}

export interface BulkSale {
  kind: 'invoice' | 'credit_memo';
  key: string;
  customer_key: string;
  doc_number?: string;
  txn_date: string;
  due_date?: string;
  amount: string;
  note?: string;
}

export interface BulkPayment {
  kind: 'payment';
  key: string;
  customer_key: string;
  txn_date: string;
  amount: string;
  lines: { invoice_key?: string; credit_memo_key?: string; amount: string }[];
}

export type BulkRow = BulkCustomer | BulkSale | BulkPayment;
