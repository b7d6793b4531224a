/** Entities with data in the stand-in, by the name Intuit writes. */
const own = ['Customer', 'Invoice', 'Payment', 'CreditMemo', 'Item', 'Account', 'CompanyInfo'] as const;
export type OwnEntity = (typeof own)[number];

/** Entities that exist in QuickBooks and are empty here. */
const empty = (
  'Vendor Employee JournalEntry Deposit RefundReceipt SalesReceipt Bill BillPayment Purchase PurchaseOrder Estimate ' +
  'Class Department Term PaymentMethod TaxCode TaxRate TaxAgency Transfer VendorCredit TimeActivity Attachable Budget ' +
  'CompanyCurrency CustomerType JournalCode Preferences StatementCharge ReimburseCharge RecurringTransaction'
).split(' ');

const withoutFeed = new Set(['JournalCode', 'TaxAgency', 'TimeActivity', 'TaxCode', 'TaxRate']);
const byLowerCase = new Map([...own, ...empty].map((name) => [name.toLowerCase(), name]));

/** The entity's own spelling, or undefined. Stock clients write lower case, so that is understood too. */
export const entityNamed = (name: string): string | undefined => byLowerCase.get(name.toLowerCase());

export const isOwn = (name: string): name is OwnEntity => (own as readonly string[]).includes(name);

/** Whether the change feed serves the entity. */
export const hasFeed = (name: string): boolean => !withoutFeed.has(name);
