import type { Event, InvoiceState, OutgoingEvent } from '@cashloop/events';
import type { HandlerContext } from '@cashloop/messaging';
import type { Tx } from '@cashloop/persistence';
import { lockAccounts, saveExposures } from './account.store.ts';
import { crossing } from './crossing.ts';
import { markHandled } from './handled.store.ts';
import type { Topics } from './topics.ts';

interface Document {
  id: string;
  newest: number;
  balance_minor: string;
  /** Added to the row's own count. */
  effects: number;
}

/** Keeps the newest version of each invoice and the sum of them per account; tells each crossing of the limit once. */
export async function onReceivables(
  topics: Topics,
  events: readonly Event<InvoiceState>[],
  { tx, now }: HandlerContext,
): Promise<OutgoingEvent[]> {
  const accounts = await lockAccounts(tx, distinct(events.map(({ data }) => data.customerId)));
  const documents = await documentsOf(tx, distinct(events.map(({ data }) => data.invoiceId)));
  const outgoing = events.flatMap(({ id, data }) => {
    const document = documents.get(data.invoiceId) as Document;
    const account = accounts.get(data.customerId);
    if (account === undefined || data.version <= document.newest) return [];
    account.exposure_minor = String(
      Number(account.exposure_minor) + Number(data.balanceMinor) - Number(document.balance_minor),
    );
    Object.assign(document, { newest: data.version, balance_minor: data.balanceMinor, effects: document.effects + 1 });
    return crossing(topics, account, id, now);
  });
  await saveDocuments(tx, [...documents.values()]);
  await saveExposures(tx, [...accounts.values()]);
  await markHandled(tx, events);
  return outgoing;
}

const distinct = (list: readonly string[]): string[] => [...new Set(list)];

async function documentsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, Document>> {
  const rows = await tx.query<Document>('select * from document where id = any($1::text[])', [ids]);
  const found = new Map(rows.map((row) => [row.id, { ...row, effects: 0 }]));
  return new Map(ids.map((id) => [id, found.get(id) ?? { id, newest: 0, balance_minor: '0', effects: 0 }]));
}

async function saveDocuments(tx: Tx, documents: readonly Document[]): Promise<void> {
  await tx.query(
    `insert into document (id, newest, balance_minor, effects) select * from unnest($1::text[], $2::int[], $3::bigint[], $4::int[])
      on conflict (id) do update set newest = excluded.newest, balance_minor = excluded.balance_minor,
        effects = document.effects + excluded.effects`,
    (['id', 'newest', 'balance_minor', 'effects'] as const).map((name) => documents.map((one) => one[name])),
  );
}
