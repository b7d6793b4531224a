import { setTimeout as pause } from 'node:timers/promises';
import { currentEvents, type OwnedDocuments, type OwnedKind, placesOf, untoldAt } from '@cashloop/messaging/ops';
import { inDatabaseOf, storeEvents } from '../connect/service-database.ts';
import { inAllOrgs } from './owned.ts';

/** Documents per transaction: their rows are locked while it runs. */
const AT_ONCE = 500;
const WAITING_MAX = 5_000;
const TRIES_MAX = 5;
const CONFLICTS = new Set(['40001', '40P01', '55P03']);

/** Documents of a kind, each by the key of its row. */
export interface Found {
  readonly kind: OwnedKind;
  readonly places: readonly string[];
}

export const found = (
  documents: OwnedDocuments,
  kinds: readonly OwnedKind[],
  customers: readonly string[] | undefined,
): Promise<Found[]> =>
  inAllOrgs(documents, async (_, query) => {
    const all: Found[] = [];
    for (const kind of kinds) all.push({ kind, places: await placesOf(query, kind, customers) });
    return all;
  });

/** What became of the documents found: together as many as those. */
export interface Sent {
  readonly stored: number;
  /** Documents no more: what took their place meanwhile has told itself. */
  readonly replaced: number;
  /** Documents that are there and could not be sent. */
  readonly untold: number;
}

/** Stores the newest version of each document in the outbox, a few hundred at a time. */
export async function sendAgain(
  documents: OwnedDocuments,
  { kind, places }: Found,
  onProgress: (stored: number) => void,
): Promise<Sent> {
  let sent: Sent = { stored: 0, replaced: 0, untold: 0 };
  for (let at = 0; at < places.length; at += AT_ONCE) {
    await roomInOutbox(documents.service);
    const { stored, replaced, untold } = await page(documents, kind, places.slice(at, at + AT_ONCE));
    sent = { stored: sent.stored + stored, replaced: sent.replaced + replaced, untold: sent.untold + untold };
    onProgress(sent.stored);
  }
  return sent;
}

/** A conflict with the running service costs a repetition: nothing of the page was stored. */
async function page(documents: OwnedDocuments, kind: OwnedKind, places: readonly string[]): Promise<Sent> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inAllOrgs(documents, async (client, query) => {
        const events = await currentEvents(query, kind, places);
        await storeEvents(client, events, documents.service);
        const left = places.length - events.length;
        const untold = left === 0 ? 0 : await untoldAt(query, kind, places);
        return { stored: events.length, replaced: left - untold, untold };
      });
    } catch (error) {
      if (tries === TRIES_MAX || !CONFLICTS.has(String((error as { code?: unknown }).code))) throw error;
    }
  }
}

/** Lets a running relay keep up; where none runs, as after a restore, the outbox just fills. */
async function roomInOutbox(service: string): Promise<void> {
  const waiting = (): Promise<number> =>
    inDatabaseOf(service, async (client) => {
      const { rows } = await client.query<{ n: number }>('select count(*)::int as n from outbox');
      return rows[0]?.n ?? 0;
    });
  for (let before = await waiting(); before > WAITING_MAX;) {
    await pause(500);
    const now = await waiting();
    if (now >= before) return;
    before = now;
  }
}
