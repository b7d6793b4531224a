import {
  Application_Kind,
  ArAdjustmentState_Kind,
  ArAdjustmentState_State,
  CreditNoteState_State,
  InvoiceState_State,
  PaymentState_State,
  type Application,
  type ArAdjustmentState,
  type CreditNoteState,
  type InvoiceState,
  type PaymentState,
} from '@cashloop/events';
import type { Document, DocumentKind, DocumentMessage } from '../domain/document.ts';

/** A column of a document table: its type, and its value of a document. */
export interface Column<M extends DocumentMessage = DocumentMessage> {
  readonly name: string;
  readonly type: string;
  readonly value: (message: M, document: Document) => unknown;
}

/** A document table. */
export interface DocumentTable {
  readonly name: DocumentKind;
  readonly id: string;
  readonly columns: readonly Column[];
}

const applications = (list: readonly Application[]): string =>
  JSON.stringify(
    list.map((one) => ({
      invoice_id: one.invoiceId,
      amount_minor: one.amountMinor,
      date: one.date,
      kind: Application_Kind[one.kind].toLowerCase(),
    })),
  );

const standard = (states: Record<number, string>): Column[] => [
  { name: 'version', type: 'int', value: (m) => m.version },
  { name: 'customer_id', type: 'bigint', value: (m) => m.customerId },
  { name: 'state', type: 'text', value: (m) => states[m.state] },
  { name: 'currency', type: 'text', value: (m) => m.currency },
  { name: 'exchange_rate', type: 'text', value: (_, d) => d.exchangeRate },
  { name: 'owed_minor', type: 'bigint', value: (_, d) => d.owedMinor },
  { name: 'final', type: 'bool', value: (_, d) => d.final },
  {
    name: 'moved_to_customer_id',
    type: 'bigint',
    value: (m) => ('movedToCustomerId' in m && m.movedToCustomerId) || null,
  },
  { name: 'company', type: 'text', value: (m) => `${m.source?.system ?? ''}:${m.source?.company ?? ''}` },
];

const invoice: Column<InvoiceState>[] = [
  { name: 'number', type: 'text', value: (m) => m.number },
  { name: 'total_minor', type: 'bigint', value: (m) => m.totalMinor },
  { name: 'net_minor', type: 'bigint', value: (m) => m.netMinor },
  { name: 'balance_minor', type: 'bigint', value: (m) => m.balanceMinor },
  { name: 'issue_date', type: 'date', value: (m) => m.issueDate },
  { name: 'due_date', type: 'date', value: (m) => m.dueDate },
  { name: 'cost_minor', type: 'bigint', value: (m) => m.costMinor || null },
  { name: 'order_id', type: 'text', value: (m) => m.orderId },
  { name: 'other_minor', type: 'bigint', value: (m) => m.settledBy?.otherMinor || '0' },
];

const payment: Column<PaymentState>[] = [
  { name: 'number', type: 'text', value: (m) => m.number },
  { name: 'total_minor', type: 'bigint', value: (m) => m.totalMinor },
  { name: 'unapplied_minor', type: 'bigint', value: (m) => m.unappliedMinor },
  { name: 'date', type: 'date', value: (m) => m.date },
  { name: 'applications', type: 'jsonb', value: (m) => applications(m.applications) },
];

const creditNote: Column<CreditNoteState>[] = [
  { name: 'number', type: 'text', value: (m) => m.number },
  { name: 'total_minor', type: 'bigint', value: (m) => m.totalMinor },
  { name: 'net_minor', type: 'bigint', value: (m) => m.netMinor },
  { name: 'unapplied_minor', type: 'bigint', value: (m) => m.unappliedMinor },
  { name: 'issue_date', type: 'date', value: (m) => m.issueDate },
  { name: 'applications', type: 'jsonb', value: (m) => applications(m.applications) },
];

const adjustment: Column<ArAdjustmentState>[] = [
  { name: 'kind', type: 'text', value: (m) => ArAdjustmentState_Kind[m.kind].toLowerCase() },
  { name: 'amount_minor', type: 'bigint', value: (m) => m.amountMinor },
  { name: 'date', type: 'date', value: (m) => m.date },
];

/** A table only ever gets documents of its own kind. */
const table = <M extends DocumentMessage>(
  name: DocumentKind,
  id: string,
  states: Record<number, string>,
  own: readonly Column<M>[],
): DocumentTable => ({ name, id, columns: [...standard(states), ...(own as readonly Column[])] });

export const documentTables: readonly DocumentTable[] = [
  table('invoice', 'invoice_id', InvoiceState_State, invoice),
  table('payment', 'payment_id', PaymentState_State, payment),
  table('credit_note', 'credit_note_id', CreditNoteState_State, creditNote),
  table('ar_adjustment', 'adjustment_id', ArAdjustmentState_State, adjustment),
];
