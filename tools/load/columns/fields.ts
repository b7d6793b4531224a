/** What a column can hold, in the order in which the mapping is shown. */
export const fields = [
  'customer',
  'customer_name',
  'number',
  'id',
  'kind',
  'side',
  'date',
  'due_date',
  'baseline_date',
  'terms',
  'amount',
  'debit',
  'credit',
  'open',
  'paid',
  'paid_date',
  'status',
  'currency',
  'country',
  'limit',
  'reference',
] as const;
export type Field = (typeof fields)[number];

/** One sentence each, for --help and for messages. */
export const fieldMeaning: Readonly<Record<Field, string>> = {
  customer: "the customer's number or name",
  customer_name: "the customer's name, beside its number",
  number: "the document's number",
  id: 'a value no other row has; else customer, number, date, amount and due date together',
  kind: 'invoice, credit memo or payment, in words or document types',
  side: 'debit or credit (S/H, D/C, posting key)',
  date: 'invoice date',
  due_date: 'due date',
  baseline_date: 'the day the terms count from',
  terms: 'payment terms: days until due',
  amount: 'the whole amount of the document',
  debit: 'debit amount',
  credit: 'credit amount',
  open: 'what is still owed',
  paid: 'what was paid',
  paid_date: 'the day it was paid; empty while open',
  status: 'paid or open, in words or as a flag',
  currency: 'currency code',
  country: "the customer's country, for --currency-by",
  limit: "the customer's credit limit",
  reference: 'on payment rows: the number of the invoice they pay',
};

export const isField = (text: string): text is Field => (fields as readonly string[]).includes(text);

/** Fields that hold dates, and fields that hold amounts. */
export const dateFields = ['date', 'due_date', 'baseline_date', 'paid_date'] as const;
export const amountFields = ['amount', 'debit', 'credit', 'open', 'paid', 'limit'] as const;
export type DateField = (typeof dateFields)[number];
export type AmountField = (typeof amountFields)[number];

/** Position of each mapped column in a record. */
export type Columns = Partial<Record<Field, number>>;
