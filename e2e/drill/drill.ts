import { topicDefs } from '@cashloop/events';
import { atEnd, endAll } from '../bench/processes.ts';
import { customers, masters } from '../bench/world.ts';
import { auditDocuments, auditSteps } from './audit.ts';
import { Database } from './databases.ts';
import type { Card } from './deck.ts';
import { Feed } from './feed.ts';
import { changesOf, check, type Findings } from './findings.ts';
import { Ledger } from './ledger.ts';
import { Moves } from './moves.ts';
import { PlainRival } from './plain-rival.ts';
import { Poison } from './poison.ts';
import { Seeded } from './seeded.ts';
import { Servers } from './servers.ts';
import { setPolicy, startServices, type Databases, type Services } from './services.ts';
import { Standstill } from './standstill.ts';
import { type Hits, strike } from './strikes.ts';

export interface DrillOptions {
  kills: number;
  seed: number;
  say: (line: string) => void;
}

const CHANGES_EACH = 6;
const EVERY_MS = 100;
/** Far enough from each other that no partition stops because of too many of them. */
const POISON_EVERY_MS = 4_000;
const REST_MS = 240_000;
const PLAIN_MARKED_MS = 90_000;

/** Load runs, processes and servers are struck down at seeded moments, then the books are compared. */
export async function drill(options: DrillOptions): Promise<Findings> {
  const servers = await Servers.start();
  atEnd(() => servers.stop());
  try {
    process.env.TEST_DATABASE_URL = servers.databaseUrl;
    const databases = {
      scoring: await Database.make('credit-scoring'),
      vault: await Database.make('compliance'),
      plain: await Database.make(),
    };
    await auditSteps(databases.scoring);
    await auditDocuments(databases.scoring);
    await auditSteps(databases.vault);
    const feed = new Feed(servers.brokers);
    await feed.open();
    const services = await startServices(servers, databases);
    for (const worker of services.workers) atEnd(() => worker.end());
    const findings = await run(options, services, databases, feed);
    await feed.close();
    return findings;
  } finally {
    await endAll();
  }
}

async function run(options: DrillOptions, services: Services, databases: Databases, feed: Feed): Promise<Findings> {
  const { kills, seed, say } = options;
  const before = await prepare(services, databases, feed);
  const changedBefore = await changesOf(databases.scoring);
  const [ledger, poison] = [new Ledger(new Seeded(seed)), new Poison(new Seeded(seed + 3))];
  const standstill = new Standstill([
    { at: 'scoring', database: databases.scoring },
    { at: 'vault', database: databases.vault },
  ]);
  const plain = new PlainRival(services.plain, databases.plain, feed, new Seeded(seed + 2));
  const load = startLoad(feed, ledger, poison);
  const at = stopwatch();
  const hits = await strikeAll(options, services, databases, (line, card) => {
    standstill.after(card);
    say(`  ${at()}  ${line}`);
  });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  if (kills > 0) await plain.marked(PLAIN_MARKED_MS);
  const events = await load.end();
  const verdict = plain.verdict(ledger); // it comes to rest while ours does
  verdict.catch(() => undefined); // seen below
  const written = `${events} events, ${ledger.payments.size} payments, ${poison.planted.size} bad events`;
  say(`  ${at()}  ${written}; waiting until all is through`);
  await atRest(databases, feed);
  await standstill.end(); // not before: what the last strike stopped moves again only now
  say(`  ${at()}  all is through`);
  for (const line of standstill.lines) say(`  ${line}`);
  const books = { ledger, ...databases, feed, written: before + events, changedBefore, planted: poison.planted };
  const findings = await check(books);
  noteHits(hits, kills, findings, say);
  noteOwnEnds(services, findings, say);
  say(`  ${await verdict}`);
  return findings;
}

/** @returns how many receivable events it wrote. Not what the topic holds: a send that was repeated stands there twice */
async function prepare({ servers, token }: Services, { scoring }: Databases, feed: Feed): Promise<number> {
  const told = masters(new Date());
  await feed.publish(told, false);
  const ready = `select count(*) n from account where ready and not rebuild_due`;
  await eventually('customers in credit-scoring', 120_000, async () => (await scoring.number(ready)) === customers);
  await eventually('limits set', 120_000, () => setPolicy(servers, token).then(() => true));
  return told.filter(({ topic }) => topic === topicDefs.receivable.name).length;
}

function strikeAll(
  { kills, seed }: DrillOptions,
  services: Services,
  { scoring, vault }: Databases,
  say: (line: string, card: Card) => void,
): Promise<Hits> {
  const struck = (card: Card, n: number, moving: boolean): void =>
    say(`${n}: ${cardText(card)}${moving ? '' : ' while nothing moved'}`, card);
  return strike({ ...services, moves: new Moves([scoring, vault]), struck }, kills, new Seeded(seed + 1));
}

const cardText = ({ kind, at, long }: Card): string =>
  `${long ? 'long ' : ''}${kind}${at === 'vault' ? ' (vault)' : ''}`;

function stopwatch(): () => string {
  const began = Date.now();
  return () => `${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s`;
}

/** A service of ours must not die of a fault around it; what the plain design does is told. */
function noteOwnEnds({ workers, plain }: Services, findings: Findings, say: DrillOptions['say']): void {
  for (const worker of workers) {
    if (worker.ownEnds === 0) continue;
    if (worker === plain) say(`  ${worker.name} ended ${worker.ownEnds} times by itself`);
    else findings.note(`times that ${worker.name} ended by itself`, worker.ownEnds, 0);
  }
}

/** A drill that strikes the idle shows nothing. */
function noteHits(hits: Hits, kills: number, findings: Findings, say: DrillOptions['say']): void {
  say(
    `  ${hits.moving} of ${kills} strikes hit readers at work, ${hits.zombies} of ${hits.long} long freezes woke a replaced member`,
  );
  if (hits.moving * 2 < kills) findings.note('most strikes hit readers that stood still: little was shown', 1, 0);
}

interface Load {
  /** @returns how many events were written */
  end: () => Promise<number>;
}

/** Keeps the books going until it is ended, with a bad event among them now and then. */
function startLoad(feed: Feed, ledger: Ledger, poison: Poison): Load {
  let running = true;
  let events = 0;
  let poisonedMs = 0;
  const working = (async () => {
    while (running) {
      const batch = Array.from({ length: CHANGES_EACH }, () => ledger.step()).flat();
      await feed.publish(batch, true);
      events += batch.length;
      if (Date.now() - poisonedMs > POISON_EVERY_MS) {
        await feed.publish([poison.next()], false);
        events += 1;
        poisonedMs = Date.now();
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  working.catch(() => undefined); // seen at the end
  return {
    end: async () => {
      running = false;
      await working;
      return events;
    },
  };
}

/** Everything read, nothing left to send, and still so a moment later: a judgement may have been due. */
async function atRest(databases: Databases, feed: Feed): Promise<void> {
  const vaulted = Object.values(topicDefs).map(({ name }) => name);
  const quiet = async (): Promise<boolean> => {
    const read = `select sum(next_offset) n from consumer_offset where projection = 'credit-receivables'`;
    const ends = await Promise.all(vaulted.map((topic) => feed.ends(topic)));
    const all = ends.reduce((sum, end) => sum + end, 0);
    return (
      (await databases.scoring.number(read)) === ends[vaulted.indexOf(topicDefs.receivable.name)] &&
      (await databases.scoring.number('select count(*) n from outbox')) === 0 &&
      (await databases.scoring.number(`select count(*) n from dead_letter where state = 'retrying'`)) === 0 &&
      (await databases.vault.number('select sum(next_offset) n from consumer_offset')) === all
    );
  };
  for (let calm = 0; calm < 3;) {
    await eventually('everything read and sent', REST_MS, quiet);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    calm = (await quiet()) ? calm + 1 : 0;
  }
}

async function eventually(what: string, withinMs: number, check: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + withinMs;
  let last = '';
  while (!(await check().catch((error: Error) => void (last = `: ${error.message}`)))) {
    if (Date.now() > until) throw new Error(`after ${withinMs / 1000} s still not: ${what}${last}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
