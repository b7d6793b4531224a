import { parseDecimal, roundHalfUp, minorDigits } from '@cashloop/money';
import { exactNumber, type ExactObject, isObject, numberText } from './exact-json.ts';
import { invalidEnum, invalidReference, missing, wrongAmount } from './faults.ts';
import { items } from './catalogue.ts';
import { amountOf, objectsOf, refOf } from './read-body.ts';

const kinds = ['SalesItemLineDetail', 'DiscountLineDetail', 'DescriptionOnly', 'SubTotalLineDetail', 'GroupLineDetail'];

/** Lines as stored, and what they add up to in minor units. */
export interface SalesLines {
  lines: ExactObject[];
  netMinor: bigint;
}

/** Reads the lines of an invoice or credit memo. @throws ApiFault 2020, 2170, 2500, 6070 */
export function readSalesLines(body: ExactObject, currency: string): SalesLines {
  const given = objectsOf(body, 'Line').filter((line) => line['DetailType'] !== 'SubTotalLineDetail');
  if (given.length === 0) throw missing('Line');
  const read = given.map((line, index) => readLine(line, index, currency));
  return { lines: read.map(({ line }) => line), netMinor: read.reduce((sum, { netMinor }) => sum + netMinor, 0n) };
}

function readLine(line: ExactObject, index: number, currency: string): { line: ExactObject; netMinor: bigint } {
  const type = line['DetailType'];
  if (typeof type !== 'string') throw missing('Line.DetailType');
  if (!kinds.includes(type)) throw invalidEnum('DetailType', type);
  const numbered: ExactObject = { Id: String(index + 1), LineNum: exactNumber(String(index + 1)), ...without(line) };
  if (type === 'DescriptionOnly') return { line: numbered, netMinor: 0n };
  const amount = amountOf(line, 'Amount', currency);
  if (type !== 'SalesItemLineDetail')
    return { line: numbered, netMinor: type === 'DiscountLineDetail' ? -amount : amount };
  const detail = line['SalesItemLineDetail'];
  if (!isObject(detail)) throw missing('SalesItemLineDetail');
  checkProduct(detail, amount, currency);
  return { line: { ...numbered, SalesItemLineDetail: { ...detail, ItemRef: itemRef(detail) } }, netMinor: amount };
}

const without = ({ Id: _, LineNum: __, LinkedTxn: ___, ...line }: ExactObject): ExactObject => line;

function itemRef(detail: ExactObject): ExactObject {
  const id = refOf(detail, 'ItemRef') ?? '1';
  const item = items.find((one) => one.Id === id);
  if (item === undefined) throw invalidReference(`Item ${id}`);
  return { value: id, name: item.Name };
}

function checkProduct(detail: ExactObject, amount: bigint, currency: string): void {
  const [quantity, price] = [numberText(detail['Qty']), numberText(detail['UnitPrice'])];
  if (quantity === undefined || price === undefined) return;
  const [a, b] = [scaled(quantity), scaled(price)];
  if (a === undefined || b === undefined) throw wrongAmount();
  const product = roundHalfUp(
    a.value * b.value * 10n ** BigInt(minorDigits(currency)),
    10n ** BigInt(a.digits + b.digits),
  );
  if (product !== amount) throw wrongAmount();
}

function scaled(text: string): { value: bigint; digits: number } | undefined {
  const match = /^(-?\d{1,15})(?:\.(\d{1,15}))?$/.exec(text);
  return match === null ? undefined : { value: BigInt(match[1]! + (match[2] ?? '')), digits: match[2]?.length ?? 0 };
}

/** The line QuickBooks adds to every answer; a reader that adds up lines must leave it out. */
export const subTotalLine = (text: string): ExactObject => ({
  Amount: exactNumber(text),
  DetailType: 'SubTotalLineDetail',
  SubTotalLineDetail: {},
});

/** What a voided document's lines look like: everything at 0. */
export const voidedLines = (lines: readonly ExactObject[]): ExactObject[] =>
  lines.map((line) => {
    const detail = line['SalesItemLineDetail'];
    const zero = exactNumber('0');
    const amount = line['Amount'] === undefined ? {} : { Amount: zero };
    return isObject(detail)
      ? { ...line, ...amount, SalesItemLineDetail: { ...detail, Qty: zero } }
      : { ...line, ...amount };
  });

/** Net of stored lines: what the subtotal line says. */
export function netOf(lines: readonly ExactObject[], currency: string): bigint {
  return lines.reduce((sum, line) => {
    const text = numberText(line['Amount']);
    if (text === undefined || line['DetailType'] === 'DiscountLineDetail') return sum;
    return sum + parseDecimal(text, currency);
  }, 0n);
}
