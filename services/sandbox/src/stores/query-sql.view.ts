import { type CheckedCondition, propertyOf, type PropertyKind } from '../domain/query-properties.ts';
import type { QueryStatement } from '../domain/query-statement.ts';

const amount = (column: string): string => `(${column}::numeric / power(10::numeric, minor_digits))`;
const member = (name: string): string => `(body->>'${name}')`;

const common: Record<string, string> = {
  Id: 'id',
  CurrencyRef: 'currency',
  'MetaData.CreateTime': 'created_at',
  'MetaData.LastUpdatedTime': 'updated_at',
};
const txnExpressions: Record<string, string> = {
  ...common,
  DocNumber: 'doc_number',
  TxnDate: 'txn_date',
  DueDate: 'due_date',
  CustomerRef: 'customer_id',
  Balance: amount('open_minor'),
  RemainingCredit: amount('open_minor'),
  UnappliedAmt: amount('open_minor'),
  TotalAmt: amount('total_minor'),
  EmailStatus: `coalesce(${member('EmailStatus')}, 'NotSet')`,
  PaymentRefNum: member('PaymentRefNum'),
};
const customerExpressions: Record<string, string> = {
  ...common,
  DisplayName: 'display_name',
  FullyQualifiedName: 'display_name',
  Active: 'active',
  Balance: amount('balance_minor'),
  Job: '(parent_id is not null)',
  GivenName: member('GivenName'),
  MiddleName: member('MiddleName'),
  FamilyName: member('FamilyName'),
  CompanyName: member('CompanyName'),
  PrintOnCheckName: `coalesce(${member('PrintOnCheckName')}, display_name)`,
  PrimaryEmailAddr: `(body->'PrimaryEmailAddr'->>'Address')`,
};

const types: Record<PropertyKind, string> = {
  id: 'bigint',
  text: 'text',
  date: 'date',
  timestamp: 'timestamptz',
  amount: 'numeric',
  flag: 'boolean',
};

/** SQL and its parameters; `params` holds the realm as its first and grows. */
export function whereSql(entity: string, conditions: readonly CheckedCondition[], params: unknown[]): string {
  const parts = ['realm_id = $1'];
  if (entity !== 'Customer') {
    params.push(entity);
    parts.push(`kind = $${params.length}`, `state <> 'deleted'`);
  } else if (!conditions.some((condition) => condition.property === 'Active')) {
    parts.push('active');
  }
  for (const condition of conditions) parts.push(conditionSql(entity, condition, params));
  return parts.join(' and ');
}

function conditionSql(entity: string, condition: CheckedCondition, params: unknown[]): string {
  const expression = expressionOf(entity, condition.property);
  const type = types[condition.kind];
  if (condition.comparison === 'IN') {
    params.push(condition.values);
    return `${expression} = any($${params.length}::${type}[])`;
  }
  const [value = ''] = condition.values;
  params.push(condition.comparison === 'LIKE' ? value.replace(/[\\_]/g, '\\$&') : value);
  const sign = condition.comparison === 'LIKE' ? 'ilike' : condition.comparison;
  return `${expression} ${sign} $${params.length}::${type}`;
}

/** Without an order the newest document comes first; Id settles ties, so that pages do not overlap. */
export function orderSql(entity: string, orderBy: QueryStatement['orderBy']): string {
  const asked = orderBy.map(({ property, descending }) => {
    const expression = expressionOf(entity, propertyOf(entity, property).name);
    return `${expression} ${descending ? 'desc nulls last' : 'asc nulls first'}`;
  });
  return [...asked, asked.length === 0 ? 'id desc' : 'id'].join(', ');
}

const expressionOf = (entity: string, property: string): string =>
  (entity === 'Customer' ? customerExpressions : txnExpressions)[property]!;
