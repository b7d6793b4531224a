import type { ExactObject } from './exact-json.ts';
import { missing, notFound, unsupported } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { Txn, TxnKind } from './records.ts';
import { checkSyncToken, idOf, type Operation, type WriteContext } from './write-request.ts';
import { voidedPayment, writePayment } from './write-payment.ts';
import { voidedSales, writeSales } from './write-sales.ts';

/** What a write of a transaction leads to. */
export interface Decision {
  /** The document written, as it now stands. */
  txn: Txn;
  /** All documents to store: this one and those it moved. */
  changed: Txn[];
  /** What to announce. */
  announced: { kind: TxnKind | 'Customer'; id: string; event: WebhookEvent }[];
}

export type WebhookEvent = 'created' | 'updated' | 'deleted' | 'void' | 'emailed';
// prettier-ignore
const eventOf: Record<Operation, WebhookEvent> = {
  create: 'created', update: 'updated', void: 'void', delete: 'deleted', send: 'emailed',
};

/**
 * Decides one write of an invoice, payment or credit memo and leaves the ledger as it then stands.
 * @throws ApiFault
 */
export function decideWrite(
  ledger: Ledger,
  kind: TxnKind,
  operation: Operation,
  body: ExactObject,
  context: WriteContext,
): Decision {
  const before = operation === 'create' ? undefined : found(ledger, kind, idOf(body));
  if (before !== undefined && operation !== 'send') checkSyncToken(body, before.syncToken);
  if (before === undefined || operation === 'update') write(ledger, kind, body, before, context);
  else if (operation === 'send') send(ledger, before, context.now);
  else cancel(ledger, before, operation, context.now);
  return finish(ledger, before?.id ?? context.newId, kind, operation, context);
}

function found(ledger: Ledger, kind: TxnKind, id: string): Txn {
  const txn = ledger.txn(id);
  if (txn === undefined || txn.kind !== kind || txn.state === 'deleted') throw notFound(`${kind} ${id}`);
  return txn;
}

function write(ledger: Ledger, kind: TxnKind, body: ExactObject, before: Txn | undefined, context: WriteContext): void {
  const customerOf = (id: string) => ledger.customer(id);
  if (kind === 'Payment') {
    const { payment, lines } = writePayment(body, before, customerOf, context);
    const movedCustomer = before !== undefined && before.customerId !== payment.customerId;
    if (movedCustomer && lines === undefined) throw missing('Line');
    ledger.put(payment);
    ledger.apply(payment, lines ?? ledger.linesOf(payment.id));
    return;
  }
  const txn = writeSales(kind, body, before, customerOf, context);
  // What is applied stays with the old customer, and no document is settled by more than its total.
  const most = before !== undefined && before.customerId !== txn.customerId ? 0n : txn.totalMinor;
  if (before !== undefined) ledger.shrinkTo(txn.id, most);
  ledger.put(txn);
}

function cancel(ledger: Ledger, before: Txn, operation: Operation, now: Date): void {
  if (before.kind === 'Payment') ledger.apply({ ...before, openMinor: 0n }, []);
  else ledger.shrinkTo(before.id, 0n);
  if (operation === 'void') {
    ledger.put(before.kind === 'Payment' ? voidedPayment(before, now) : voidedSales(before, now));
    return;
  }
  ledger.put({
    ...before,
    state: 'deleted',
    syncToken: before.syncToken + 1,
    updatedAt: now,
    totalMinor: 0n,
    taxMinor: 0n,
  });
}

function send(ledger: Ledger, before: Txn, now: Date): void {
  if (before.kind === 'Payment') throw unsupported('send');
  const body = { ...before.body, EmailStatus: 'EmailSent' };
  ledger.put({ ...before, syncToken: before.syncToken + 1, updatedAt: now, body });
}

/** Documents that another one moved get a new SyncToken too; freed payments only if the company says so. */
function finish(
  ledger: Ledger,
  id: string,
  kind: TxnKind,
  operation: Operation,
  { company, now }: WriteContext,
): Decision {
  const others = ledger.moved.filter((txn) => txn.id !== id);
  const freed = ledger.freed.filter((txn) => txn.id !== id);
  const moving = [...others, ...(company.freedPaymentMoves ? freed : [])];
  for (const txn of moving) ledger.put({ ...txn, syncToken: txn.syncToken + 1, updatedAt: now });
  const ids = new Set([id, ...[...others, ...freed].map((txn) => txn.id)]);
  return {
    txn: ledger.txn(id)!,
    changed: [...ids].map((one) => ledger.txn(one)!),
    announced: [
      { kind, id, event: eventOf[operation] },
      ...moving.map((txn) => ({ kind: txn.kind, id: txn.id, event: 'updated' as const })),
    ],
  };
}
