import { topicDefs } from '@cashloop/events';
import type { Database } from './databases.ts';
import type { Feed } from './feed.ts';
import type { Ledger } from './ledger.ts';

/** What the check found: things that should be there and are not, and things that are there too often. */
export class Findings {
  lost = 0;
  doubled = 0;
  readonly lines: string[] = [];

  note(what: string, lost: number, doubled: number): void {
    if (lost === 0 && doubled === 0) return;
    this.lost += lost;
    this.doubled += doubled;
    this.lines.push(`${what}: ${lost} lost, ${doubled} doubled`);
  }
}

export interface Books {
  ledger: Ledger;
  scoring: Database;
  vault: Database;
  feed: Feed;
  /** Events written to the receivable topic by the drill, each counted once. */
  written: number;
}

/** Everything the drill claims, looked up after all came to rest. */
export async function check(books: Books): Promise<Findings> {
  const findings = new Findings();
  await checkDocuments(books, findings);
  await checkExposures(books, findings);
  await checkHolds(books, findings);
  await checkVault(books, findings);
  for (const database of [books.scoring, books.vault]) {
    findings.note('outbox', await database.number('select count(*) n from outbox'), 0);
    findings.note('dead letters', await database.number(`select count(*) n from dead_letter`), 0);
    findings.note(
      'stopped partitions',
      await database.number('select count(stopped_reason) n from consumer_offset'),
      0,
    );
  }
  return findings;
}

interface Document {
  id: string;
  version: number;
  minor: string;
}

/** Every invoice and payment once, in its newest version. */
async function checkDocuments({ ledger, scoring }: Books, findings: Findings): Promise<void> {
  const invoices = await scoring.query<Document>(
    'select invoice_id::text id, version, balance_minor::text minor from invoice',
  );
  const payments = await scoring.query<Document>(
    'select payment_id::text id, version, unapplied_minor::text minor from payment',
  );
  const wantedInvoices = [...ledger.invoices.values()].map((one) => ({ ...one, minor: one.balance }));
  const wantedPayments = [...ledger.payments.values()].map((one) => ({ ...one, minor: one.unapplied }));
  findings.note('invoices', ...compare(wantedInvoices, invoices));
  findings.note('payments', ...compare(wantedPayments, payments));
}

function compare(
  wanted: readonly { id: string; version: number; minor: bigint }[],
  found: readonly Document[],
): [number, number] {
  const byId = new Map(found.map((one) => [one.id, one]));
  const lost = wanted.filter(
    ({ id, version, minor }) => byId.get(id)?.version !== version || BigInt(byId.get(id)!.minor) !== minor,
  );
  return [lost.length, Math.max(0, found.length - wanted.length)];
}

/** The running total of each account equals the books and a recomputation from the service's own rows, to the cent. */
async function checkExposures({ ledger, scoring }: Books, findings: Findings): Promise<void> {
  const accounts = await scoring.query<{ id: string; minor: string; recomputed: string }>(
    `select account_id::text id, exposure_minor::text minor,
       (coalesce((select sum(balance_minor) from invoice i where i.customer_id = a.account_id), 0)
         - coalesce((select sum(unapplied_minor) from payment p where p.customer_id = a.account_id), 0))::text recomputed
     from account a`,
  );
  const wanted = ledger.exposures();
  let [below, above] = [0, 0];
  for (const { id, minor, recomputed } of accounts) {
    const right = wanted.get(id) ?? 0n;
    if (BigInt(minor) < right || BigInt(recomputed) < BigInt(minor)) below += 1;
    else if (BigInt(minor) > right || BigInt(recomputed) > BigInt(minor)) above += 1;
  }
  findings.note('exposures that differ', below, above);
}

interface HoldRecord {
  account_id: string;
  version?: number;
  hold_id: string;
  state: string;
}

/** Versions of each account's hold come without a gap and in order, no version twice with another id, the newest as in the table. */
async function checkHolds({ scoring, feed }: Books, findings: Findings): Promise<void> {
  const newest = new Map<string, HoldRecord>();
  const ids = new Map<string, string>();
  let [gaps, doubled] = [0, 0];
  for (const { headers, value } of await feed.records(topicDefs.creditHold.name)) {
    const hold = JSON.parse(value!.toString()) as HoldRecord;
    const place = `${hold.account_id} ${hold.version}`;
    const id = String(headers?.ce_id);
    if (ids.has(place) && ids.get(place) !== id) doubled += 1;
    if (ids.has(place)) continue; // a relay that died repeats what it sent
    ids.set(place, id);
    if (hold.version !== (newest.get(hold.account_id)?.version ?? 0) + 1) gaps += 1;
    newest.set(hold.account_id, hold);
  }
  findings.note('versions of holds on the topic', gaps, doubled);
  const rows = await scoring.query<{ account_id: string; version: number; hold_id: string; state: string }>(
    'select distinct on (account_id) account_id::text, version, hold_id::text, state from credit_hold order by account_id, version desc',
  );
  const differ = rows.filter(({ account_id, version, hold_id, state }) => {
    const found = newest.get(account_id);
    return found?.version !== version || found.hold_id !== hold_id || found.state.toLowerCase() !== state.toLowerCase();
  });
  findings.note('newest holds against the table', differ.length, Math.max(0, newest.size - rows.length));
  if (rows.length === 0) findings.note('holds: there were none, so nothing was shown', 1, 0);
}

/** The vault holds each event once. */
async function checkVault({ vault, written, feed }: Books, findings: Findings): Promise<void> {
  const stored = (topic: string): Promise<number> =>
    vault.number('select count(*) n from vault_record where topic = $1', [topic]);
  const receivables = await stored(topicDefs.receivable.name);
  findings.note(
    'receivable events in the vault',
    Math.max(0, written - receivables),
    Math.max(0, receivables - written),
  );
  const sent = new Set((await feed.records(topicDefs.creditHold.name)).map(({ headers }) => String(headers?.ce_id)));
  const holds = await stored(topicDefs.creditHold.name);
  findings.note('hold events in the vault', Math.max(0, sent.size - holds), Math.max(0, holds - sent.size));
}
