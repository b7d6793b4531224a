import { queryInvalid } from './faults.ts';
import type { Condition } from './query-statement.ts';
import { isDate, readTimestamp } from './timestamps.ts';

export type PropertyKind = 'id' | 'text' | 'date' | 'timestamp' | 'amount' | 'flag';

/** A condition whose property is known and whose values have been read as what they should be. */
export interface CheckedCondition extends Omit<Condition, 'values'> {
  kind: PropertyKind;
  /** Text as the database reads it. */
  values: string[];
}

const times: Record<string, PropertyKind> = {
  'MetaData.CreateTime': 'timestamp',
  'MetaData.LastUpdatedTime': 'timestamp',
};
const sales: Record<string, PropertyKind> = {
  Id: 'id',
  DocNumber: 'text',
  TxnDate: 'date',
  DueDate: 'date',
  CustomerRef: 'id',
  Balance: 'amount',
  TotalAmt: 'amount',
  CurrencyRef: 'text',
  EmailStatus: 'text',
  ...times,
};

/** What can be asked for, by entity. */
export const queryable: Readonly<Record<string, Readonly<Record<string, PropertyKind>>>> = {
  Customer: {
    Id: 'id',
    DisplayName: 'text',
    FullyQualifiedName: 'text',
    GivenName: 'text',
    MiddleName: 'text',
    FamilyName: 'text',
    CompanyName: 'text',
    PrintOnCheckName: 'text',
    PrimaryEmailAddr: 'text',
    Active: 'flag',
    Balance: 'amount',
    Job: 'flag',
    CurrencyRef: 'text',
    ...times,
  },
  Invoice: sales,
  CreditMemo: { ...sales, RemainingCredit: 'amount' },
  Payment: {
    Id: 'id',
    TxnDate: 'date',
    CustomerRef: 'id',
    TotalAmt: 'amount',
    UnappliedAmt: 'amount',
    PaymentRefNum: 'text',
    CurrencyRef: 'text',
    DocNumber: 'text',
    ...times,
  },
  Item: { Id: 'id', Name: 'text', Type: 'text', Active: 'flag', ...times },
  Account: { Id: 'id', Name: 'text', AccountType: 'text', Classification: 'text', Active: 'flag', ...times },
  CompanyInfo: { Id: 'id', CompanyName: 'text', ...times },
};

/** The property's own spelling and kind; clients differ in upper and lower case. @throws ApiFault 4001 */
export function propertyOf(entity: string, name: string): { name: string; kind: PropertyKind } {
  const found = Object.entries(queryable[entity] ?? {}).find(([known]) => known.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw queryInvalid(`Property ${name} not found for Entity ${entity}`);
  return { name: found[0], kind: found[1] };
}

/** @throws ApiFault 4001 */
export function checkCondition(entity: string, condition: Condition, zone: string): CheckedCondition {
  const { name, kind } = propertyOf(entity, condition.property);
  if (condition.comparison === 'LIKE' && kind !== 'text')
    throw queryInvalid(`LIKE cannot be used with property ${name}`);
  return {
    property: name,
    comparison: condition.comparison,
    kind,
    values: condition.values.map((value) => read(name, kind, value, zone)),
  };
}

function read(name: string, kind: PropertyKind, value: string, zone: string): string {
  const text = valueAs(kind, value, zone);
  if (text === undefined) throw queryInvalid(`Invalid value ${value} for property ${name}`);
  return text;
}

function valueAs(kind: PropertyKind, value: string, zone: string): string | undefined {
  switch (kind) {
    case 'text':
      return value;
    case 'id':
      return /^\d{1,18}$/.test(value) ? value : undefined;
    case 'date':
      return isDate(value.slice(0, 10)) ? value.slice(0, 10) : undefined;
    case 'timestamp':
      return readTimestamp(value, zone)?.toISOString();
    case 'amount':
      return /^-?\d{1,18}(?:\.\d{1,9})?$/.test(value) ? value : undefined;
    case 'flag':
      return /^(?:true|false)$/i.test(value) ? value.toLowerCase() : undefined;
  }
}
