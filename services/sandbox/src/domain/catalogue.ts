/** Every company of the stand-in sells the same few things: receivables do not need more. */
export const items = [
  { Id: '1', Name: 'Services', Type: 'Service', IncomeAccountRef: { value: '1', name: 'Services' } },
  { Id: '2', Name: 'Hours', Type: 'Service', IncomeAccountRef: { value: '1', name: 'Services' } },
  { Id: '3', Name: 'Goods', Type: 'NonInventory', IncomeAccountRef: { value: '2', name: 'Sales of Product Income' } },
] as const;

/** The accounts such sales touch. */
export const accounts = [
  { Id: '1', Name: 'Services', AccountType: 'Income', Classification: 'Revenue' },
  { Id: '2', Name: 'Sales of Product Income', AccountType: 'Income', Classification: 'Revenue' },
  { Id: '4', Name: 'Undeposited Funds', AccountType: 'Other Current Asset', Classification: 'Asset' },
  { Id: '84', Name: 'Accounts Receivable (A/R)', AccountType: 'Accounts Receivable', Classification: 'Asset' },
] as const;
