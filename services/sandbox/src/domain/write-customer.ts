import { isCurrency } from '@cashloop/money';
import type { ExactObject } from './exact-json.ts';
import { businessRule, invalidReference, invalidValue, missing } from './faults.ts';
import { flagOf, mergeBody, refOf, refuseUnknown, textOf, without } from './read-body.ts';
import type { Customer } from './records.ts';
import { isSparse, type WriteContext } from './write-request.ts';

// prettier-ignore
const kept = new Set([
  'Id', 'SyncToken', 'MetaData', 'domain', 'sparse', 'status', 'time', 'DisplayName', 'Active', 'ParentRef', 'CurrencyRef',
  'Balance', 'BalanceWithJobs', 'FullyQualifiedName', 'Level', 'Job', 'IsProject', 'OverDueBalance', 'OpenBalanceDate',
]);
const nameParts = ['Title', 'GivenName', 'MiddleName', 'FamilyName', 'Suffix'];

/** A customer created (`before` undefined) or updated. @throws ApiFault 2010, 2020, 2050, 2500, 6000 */
export function writeCustomer(body: ExactObject, before: Customer | undefined, context: WriteContext): Customer {
  refuseUnknown('Customer', body);
  const sparse = before !== undefined && isSparse(body);
  const merged = mergeBody(sparse ? before.body : {}, without(body, kept), sparse);
  const parentId = refOf(body, 'ParentRef') ?? (sparse ? before.parentId : null);
  const id = before?.id ?? context.newId;
  if (parentId === id) throw invalidReference(`Names element id ${parentId}`);
  return {
    id,
    syncToken: before === undefined ? 0 : before.syncToken + 1,
    createdAt: before?.createdAt ?? context.now,
    updatedAt: context.now,
    displayName: displayName(body, merged) ?? (sparse ? before.displayName : fail()),
    active: flagOf(body, 'Active') ?? (sparse ? before.active : true),
    parentId,
    currency: currencyOf(body, before, context),
    balanceMinor: before?.balanceMinor ?? 0n,
    body: merged,
  };
}

function fail(): never {
  throw missing('DisplayName');
}

function displayName(body: ExactObject, merged: ExactObject): string | undefined {
  const given = textOf(body, 'DisplayName', 500)?.trim();
  const name = given === undefined || given === '' ? (isNamed(body) ? nameFrom(merged) : undefined) : given;
  if (name !== undefined && /[:\t\n]/.test(name))
    throw invalidValue('DisplayName', 'must not hold a colon, tab or line break');
  return name;
}

/** Without a DisplayName QuickBooks joins the parts of a person's name. */
const isNamed = (body: ExactObject): boolean =>
  body['DisplayName'] === undefined && nameParts.some((part) => part in body);

const nameFrom = (merged: ExactObject): string | undefined =>
  nameParts
    .map((part) => textOf(merged, part, 100))
    .filter((part) => part !== undefined)
    .join(' ') || undefined;

function currencyOf(body: ExactObject, before: Customer | undefined, { company }: WriteContext): string {
  const asked = refOf(body, 'CurrencyRef');
  if (asked !== undefined && !isCurrency(asked)) throw invalidReference(`Currency ${asked}`);
  if (before !== undefined && asked !== undefined && asked !== before.currency) {
    throw businessRule('The currency of a customer cannot be changed', 'CurrencyRef');
  }
  return before?.currency ?? asked ?? company.homeCurrency;
}
