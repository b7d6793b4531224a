import { topicDefs } from '@cashloop/events';
import { handledTwice, writtenTwice } from './audit.ts';
import type { Database } from './databases.ts';
import { misjudged } from './decided.ts';
import type { Feed } from './feed.ts';
import type { Ledger } from './ledger.ts';
import { type Told, versionsOf } from './versions.ts';

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
  /** How often each account had changed before the first event of the books. */
  changedBefore: ReadonlyMap<string, number>;
  /** Ids of the bad events among them. */
  planted: ReadonlySet<string>;
}

/** Everything the drill claims, looked up after all came to rest. */
export async function check(books: Books): Promise<Findings> {
  const findings = new Findings();
  await checkDocuments(books, findings);
  await checkApplied(books, findings);
  await checkExposures(books, findings);
  await checkTold(books, findings);
  await checkVault(books, findings);
  await checkDeadLetters(books, findings);
  for (const database of [books.scoring, books.vault]) {
    findings.note('batches handled again', 0, await handledTwice(database));
    findings.note('outbox', await database.number('select count(*) n from outbox'), 0);
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

/** Changes of each account since the books began: one for each event, also where a later one hides what it did. */
export async function changesOf(scoring: Database): Promise<Map<string, number>> {
  const rows = await scoring.query<{ id: string; version: string }>('select account_id::text id, version from account');
  return new Map(rows.map(({ id, version }) => [id, Number(version)]));
}

/** Every event of the books was applied once. */
async function checkApplied({ ledger, scoring, changedBefore }: Books, findings: Findings): Promise<void> {
  let [lost, doubled] = [0, 0];
  for (const [id, version] of await changesOf(scoring)) {
    const missing = (ledger.events.get(id) ?? 0) - (version - (changedBefore.get(id) ?? 0));
    if (missing > 0) lost += missing;
    else doubled -= missing;
  }
  findings.note('events applied to accounts', lost, doubled);
  findings.note('document versions written', 0, await writtenTwice(scoring));
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

/** What stands in the tables of credit-scoring, as its topics have to tell it in the end. */
interface Standing {
  subject: string;
  version: number;
  /** Of a hold: its id and state. */
  hold?: string;
}

const STANDING = {
  [topicDefs.creditHold.name]: `
    select distinct on (account_id) 'credit_hold/' || account_id subject, version, hold_id || ' ' || state hold
    from credit_hold order by account_id, version desc`,
  [topicDefs.credit.name]: `
    select 'credit_limit/' || account_id subject, limit_version version from account where limit_version > 0
    union all select 'credit_breach/' || account_id, breach_version from account where breach_version > 0
    union all select 'credit_settings/' || org_id, version from credit_settings where version > 0`,
};

/** Versions of each document come without a gap and in order, none is told twice in other words, the newest is as in its table. */
async function checkTold({ ledger, scoring, feed, vault }: Books, findings: Findings): Promise<void> {
  for (const [topic, sql] of Object.entries(STANDING)) {
    const records = await feed.records(topic);
    const { newest, told, gaps, doubled } = versionsOf(records);
    findings.note(`versions on ${topic}`, gaps, doubled);
    findings.note(`judgements on ${topic}`, ...misjudged(ledger, topic, told));
    const rows = await scoring.query<Standing>(sql);
    const differ = rows.filter(({ subject, version, hold }) => {
      const told = newest.get(subject);
      return told?.version !== version || (hold ?? holdOf(told)) !== holdOf(told);
    });
    findings.note(`newest of ${topic} against the tables`, differ.length, Math.max(0, newest.size - rows.length));
    if (rows.length === 0) findings.note(`${topic}: there was nothing, so nothing was shown`, 1, 0);
    const sent = new Set(records.map(({ headers }) => String(headers?.ce_id))).size;
    const stored = await storedIn(vault, topic);
    findings.note(`${topic} in the vault`, Math.max(0, sent - stored), Math.max(0, stored - sent));
  }
}

const holdOf = (told: Told): string => `${String(told.hold_id)} ${String(told.state).toLowerCase()}`;

const storedIn = (vault: Database, topic: string): Promise<number> =>
  vault.number('select count(*) n from vault_record where topic = $1', [topic]);

/** The bad events that were planted are parked, and nothing else is. The vault takes them as they are. */
async function checkDeadLetters({ scoring, vault, planted }: Books, findings: Findings): Promise<void> {
  const parked = await scoring.query<{ id: string; state: string }>(
    `select distinct coalesce(event_id, '') id, state from dead_letter`,
  );
  const found = new Set(parked.filter(({ state }) => state === 'parked').map(({ id }) => id));
  const missing = [...planted].filter((id) => !found.has(id)).length;
  findings.note('bad events among the dead letters', missing, 0);
  findings.note('dead letters that are no bad events', parked.filter(({ id }) => !planted.has(id)).length, 0);
  findings.note('dead letters of the vault', await vault.number('select count(*) n from dead_letter'), 0);
}

/** The vault holds each event of the books once. */
async function checkVault({ vault, written }: Books, findings: Findings): Promise<void> {
  const stored = await storedIn(vault, topicDefs.receivable.name);
  findings.note('receivable events in the vault', Math.max(0, written - stored), Math.max(0, stored - written));
}
