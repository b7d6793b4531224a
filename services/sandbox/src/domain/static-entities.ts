import { accounts, items } from './catalogue.ts';
import type { Company } from './company.ts';
import { exactNumber, type ExactObject } from './exact-json.ts';
import type { CheckedCondition } from './query-properties.ts';
import type { QueryStatement } from './query-statement.ts';
import { inSeconds, readTimestamp } from './timestamps.ts';

export type StaticEntity = 'Item' | 'Account' | 'CompanyInfo';

/** Rows of an entity nobody can change here. */
export function staticRows(entity: StaticEntity, company: Company): ExactObject[] {
  const at = inSeconds(company.createdAt, company.timeZone);
  const head = { domain: 'QBO', sparse: false, SyncToken: '0', MetaData: { CreateTime: at, LastUpdatedTime: at } };
  if (entity === 'Item')
    return items.map((item) => ({ ...head, ...item, Active: true, FullyQualifiedName: item.Name, Taxable: false }));
  if (entity === 'Account') {
    const CurrencyRef = { value: company.homeCurrency, name: company.homeCurrency };
    return accounts.map((account) => ({
      ...head,
      ...account,
      Active: true,
      FullyQualifiedName: account.Name,
      SubAccount: false,
      CurrencyRef,
    }));
  }
  const Country = company.homeCurrency === 'USD' ? 'US' : undefined;
  return [
    {
      ...head,
      Id: '1',
      CompanyName: company.name,
      LegalName: company.name,
      Country,
      SupportedLanguages: 'en',
      DefaultTimeZone: company.timeZone,
    },
  ];
}

/** The preferences a sync needs: which currency is home, and whether there are others. */
export function preferences(company: Company): ExactObject {
  const at = inSeconds(company.createdAt, company.timeZone);
  return {
    domain: 'QBO',
    sparse: false,
    Id: '1',
    SyncToken: '0',
    MetaData: { CreateTime: at, LastUpdatedTime: at },
    SalesFormsPrefs: { CustomTxnNumbers: true, AllowDeposit: false, AllowDiscount: true },
    CurrencyPrefs: { MultiCurrencyEnabled: true, HomeCurrency: { value: company.homeCurrency } },
  };
}

export function answerStatic(
  entity: StaticEntity,
  company: Company,
  statement: QueryStatement,
  conditions: readonly CheckedCondition[],
): ExactObject {
  const found = staticRows(entity, company).filter((row) =>
    conditions.every((condition) => holds(row, condition, company)),
  );
  if (statement.countOnly) return { totalCount: exactNumber(String(found.length)) };
  const page = found.slice(statement.startPosition - 1, statement.startPosition - 1 + statement.maxResults);
  if (page.length === 0) return {};
  return {
    [entity]: page,
    startPosition: exactNumber(String(statement.startPosition)),
    maxResults: exactNumber(String(page.length)),
  };
}

function holds(
  row: ExactObject,
  { property, comparison, kind, values }: CheckedCondition,
  { timeZone }: Company,
): boolean {
  const [first, second] = property.split('.') as [string, string?];
  const member = second === undefined ? row[first] : (row[first] as ExactObject)[second];
  const text = kind === 'timestamp' ? readTimestamp(String(member), timeZone)!.toISOString() : String(member);
  const [value = ''] = values;
  switch (comparison) {
    case 'IN':
      return values.includes(text);
    case 'LIKE':
      return new RegExp(
        `^${value
          .split('%')
          .map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
          .join('.*')}$`,
        'i',
      ).test(text);
    case '=':
      return text === value;
    default:
      return compare(text.localeCompare(value, 'en', { numeric: true }), comparison);
  }
}

const compare = (order: number, sign: '<' | '>' | '<=' | '>='): boolean =>
  sign === '<' ? order < 0 : sign === '>' ? order > 0 : sign === '<=' ? order <= 0 : order >= 0;
