import { topicDefs } from '@cashloop/events';
import { atEnd, endAll } from '../bench/processes.ts';
import { customers, masters } from '../bench/world.ts';
import { Database } from './databases.ts';
import { Feed } from './feed.ts';
import { check, type Findings } from './findings.ts';
import { Ledger } from './ledger.ts';
import { PlainRival } from './plain-rival.ts';
import { Seeded } from './seeded.ts';
import { Servers } from './servers.ts';
import { setPolicy, startServices, type Databases, type Services } from './services.ts';
import { Standstill } from './standstill.ts';
import { strike } from './strikes.ts';

export interface DrillOptions {
  kills: number;
  seed: number;
  say: (line: string) => void;
}

const CHANGES_EACH = 6;
const EVERY_MS = 100;
const REST_MS = 240_000;

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

async function run(
  { kills, seed, say }: DrillOptions,
  services: Services,
  databases: Databases,
  feed: Feed,
): Promise<Findings> {
  const told = masters(new Date());
  await feed.publish(told, false);
  await eventually(
    'customers in credit-scoring',
    120_000,
    async () => (await databases.scoring.number('select count(*) n from account')) === customers,
  );
  await eventually('limits set', 120_000, () => setPolicy(services.servers, services.token).then(() => true));
  // Not what the topic holds: a send that was repeated at the start stands there twice.
  const before = told.filter(({ topic }) => topic === topicDefs.receivable.name).length;
  const ledger = new Ledger(new Seeded(seed));
  const standstill = new Standstill([
    { at: 'scoring', database: databases.scoring },
    { at: 'vault', database: databases.vault },
  ]);
  const plain = new PlainRival(services.plain, databases.plain, new Seeded(seed + 2));
  const load = startLoad(feed, ledger);
  const began = Date.now();
  const at = (): string => `${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s`;
  await strike({ ...services, loadRuns: load.runs }, kills, new Seeded(seed + 1), (card, n) => {
    standstill.after(card);
    const which = card.at === 'vault' ? `${card.kind} (vault)` : card.kind;
    say(`  ${at()}  ${n}: ${which}`);
  });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const events = await load.end();
  const verdict = plain.verdict(ledger); // it comes to rest while ours does
  verdict.catch(() => undefined); // seen below
  say(`  ${at()}  ${events} events, ${ledger.payments.size} payments; waiting until all is through`);
  await atRest(databases, feed);
  await standstill.end(); // not before: what the last strike stopped moves again only now
  say(`  ${at()}  all is through`);
  for (const line of standstill.lines) say(`  ${line}`);
  const findings = await check({
    ledger,
    scoring: databases.scoring,
    vault: databases.vault,
    feed,
    written: before + events,
  });
  noteOwnEnds(services, findings, say);
  say(`  ${await verdict}`);
  return findings;
}

/** A service of ours must not die of a fault around it; what the plain design does is told. */
function noteOwnEnds({ workers, plain }: Services, findings: Findings, say: DrillOptions['say']): void {
  for (const worker of workers) {
    if (worker.ownEnds === 0) continue;
    if (worker === plain) say(`  ${worker.name} ended ${worker.ownEnds} times by itself`);
    else findings.note(`times that ${worker.name} ended by itself`, worker.ownEnds, 0);
  }
}

interface Load {
  /** Resolves once something was written from now on. */
  runs: () => Promise<void>;
  /** @returns how many events were written */
  end: () => Promise<number>;
}

/** Keeps the books going until it is ended. */
function startLoad(feed: Feed, ledger: Ledger): Load {
  let running = true;
  let events = 0;
  const working = (async () => {
    while (running) {
      const batch = Array.from({ length: CHANGES_EACH }, () => ledger.step()).flat();
      await feed.publish(batch, true);
      events += batch.length;
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  working.catch(() => undefined); // seen at the end
  return {
    runs: async () => {
      const before = events;
      await eventually('events written', REST_MS, async () => events > before);
    },
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
