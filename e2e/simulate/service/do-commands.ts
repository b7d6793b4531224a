import {
  create,
  CreditLimitState_Basis,
  CreditLimitStateSchema,
  customerKey,
  InvoiceState_State,
  InvoiceStateSchema,
  outgoing,
  type OutgoingEvent,
} from '@cashloop/events';
import type { HandlerContext } from '@cashloop/messaging';
import { type Action, CUSTOMERS_MAX } from '../faults/plan.ts';
import { customerOf, invoiceId, limitId, ORG, type Topics } from './topics.ts';

interface Master {
  id: string;
  version: number;
  amount_minor: string;
}

/** What an action changes: document and new amount, or what is added to it. */
function changesOf({
  kind,
  customer,
  document,
  other,
  amount,
}: Action): { id: string; amount: number; adds: boolean }[] {
  if (kind === 'limit') return [{ id: limitId(customer), amount, adds: false }];
  if (kind === 'invoice') return [{ id: invoiceId(customer, document), amount, adds: false }];
  const from = { id: invoiceId(customer, document), amount: -amount, adds: true };
  return [from, { id: invoiceId((customer + 1) % CUSTOMERS_MAX, other), amount, adds: true }];
}

/** The documents a command changes. */
export const documentsOf = (action: Action): string[] => changesOf(action).map(({ id }) => id);

/** The owner of invoices and limits: makes the rows exist, locks them in order, raises versions, tells what they are now. */
export async function change(topics: Topics, action: Action, { tx, now }: HandlerContext): Promise<OutgoingEvent[]> {
  const changes = changesOf(action);
  const ids = changes.map(({ id }) => id);
  await tx.query('insert into master (id) select i from unnest($1::text[]) i order by i on conflict do nothing', [ids]);
  const rows = await tx.query<Master>('select * from master where id = any($1::text[]) order by id for update', [ids]);
  const states = rows.map(({ id, version, amount_minor }) => {
    const { amount, adds } = changes.find((one) => one.id === id) as (typeof changes)[number];
    return { id, version: version + 1, amount: String(amount + (adds ? Number(amount_minor) : 0)) };
  });
  await tx.query(
    `update master set version = r.v, amount_minor = r.a
      from unnest($1::text[], $2::int[], $3::bigint[]) r(i, v, a) where id = r.i`,
    [states.map(({ id }) => id), states.map(({ version }) => version), states.map(({ amount }) => amount)],
  );
  return states.map((state) => eventOf(topics, state, now));
}

function eventOf(topics: Topics, state: { id: string; version: number; amount: string }, time: Date): OutgoingEvent {
  const { id, version, amount } = state;
  const customerId = customerOf(id);
  const fields = { orgId: ORG, key: customerKey(ORG, customerId), subject: id, time, id: `${id} v${version}` };
  if (id.endsWith(':limit')) {
    const limit = { accountId: customerId, version, currency: 'USD', limitInForceMinor: amount };
    const data = create(CreditLimitStateSchema, { ...limit, basis: CreditLimitState_Basis.MANUAL });
    return outgoing(topics.limit, 'credit_limit_changed', data, fields);
  }
  const paid = amount === '0';
  const invoice = { invoiceId: id, version, customerId, balanceMinor: amount, currency: 'USD' };
  const data = create(InvoiceStateSchema, {
    ...invoice,
    state: paid ? InvoiceState_State.PAID : InvoiceState_State.OPEN,
  });
  return outgoing(
    topics.receivable,
    version === 1 ? 'invoice_created' : paid ? 'invoice_paid' : 'invoice_updated',
    data,
    fields,
  );
}
