import type { Database } from './databases.ts';
import { type Feed, plainTopic } from './feed.ts';
import type { Ledger } from './ledger.ts';
import type { Seeded } from './seeded.ts';
import { plainReaders } from './services.ts';
import type { Worker } from './worker.ts';

const THROUGH_WITHIN_MS = 240_000;
/** Longer than the pauses of its client grow: whoever reads nothing for so long has given up and needs a new process. */
const GIVEN_UP_MS = 45_000;
/** Each kill leaves a wrong exposure about every third time. */
const KILLS_MAX = 40;

/** Accounts whose exposure is not the sum of their invoices, as its own tables say. */
const DRIFTED = `select count(*) n from plain_account full join
  (select "customerId", sum("balanceMinor") owed from plain_invoice group by 1) i using ("customerId")
  where coalesce("exposureMinor", 0) <> coalesce(owed, 0)`;

/** The plain NestJS design on the same servers and books, killed at seeded moments of its work like ours. */
export class PlainRival {
  private readonly worker: Worker;
  private readonly database: Database;
  private readonly feed: Feed;
  private running = true;
  private kills = 0;
  private drifted = 0;
  private readonly striking: Promise<void>;

  constructor(worker: Worker, database: Database, feed: Feed, random: Seeded) {
    this.worker = worker;
    this.database = database;
    this.feed = feed;
    this.striking = this.strike(random);
  }

  /** Waits until a kill has left its mark: until then the load must go on. Gives up when many have not. */
  async marked(withinMs: number): Promise<void> {
    const until = Date.now() + withinMs;
    while (this.drifted === 0 && this.kills < KILLS_MAX && Date.now() < until) await sleep(500);
  }

  /** Ends the strikes, lets it finish and compares. It knows invoices only. */
  async verdict(ledger: Ledger): Promise<string> {
    this.running = false;
    await this.striking;
    const unread = await this.rest();
    const who = `the plain NestJS design beside it, ${this.kills} kills`;
    if (unread !== 0) return `${who}: not through, ${unread ?? 'an unknown number of'} events unread`;
    const wanted = new Map<string, bigint>();
    for (const { customer, balance } of ledger.invoices.values())
      wanted.set(customer, (wanted.get(customer) ?? 0n) + balance);
    const rows = await this.database.query<{ id: string; minor: string }>(
      'select "customerId" id, "exposureMinor"::text minor from plain_account',
    );
    const found = new Map(rows.map(({ id, minor }) => [id, BigInt(minor)]));
    const wrong = [...wanted].filter(([id, minor]) => (found.get(id) ?? 0n) !== minor);
    const cents = wrong.reduce((sum, [id, minor]) => sum + absolute((found.get(id) ?? 0n) - minor), 0n);
    return `${who}: ${wrong.length} of ${wanted.size} exposures wrong, by ${cents} cents`;
  }

  /** Only while it works: right after a kill it waits for its group and nothing could go wrong. */
  private async strike(random: Seeded): Promise<void> {
    let seen = await this.progress();
    while (this.running) {
      await sleep(100);
      const now = await this.progress();
      if (now === undefined || now === seen) continue;
      await sleep(random.between(100, 1_500));
      if (!this.running) return;
      this.worker.kill();
      this.kills += 1;
      await sleep(500); // what its database was asked is done by then, and the next process has not begun
      this.drifted = Math.max(this.drifted, await this.database.number(DRIFTED, [], 1).catch(() => 0));
      seen = await this.progress();
    }
  }

  /** @returns how many events it has not read; undefined when nobody could say */
  private async rest(): Promise<number | undefined> {
    const until = Date.now() + THROUGH_WITHIN_MS;
    let unread = await this.unread();
    let movedMs = Date.now();
    while (unread !== 0 && Date.now() < until) {
      await sleep(1_000);
      const now = await this.unread();
      if (now !== unread) movedMs = Date.now();
      unread = now;
      if (Date.now() - movedMs < GIVEN_UP_MS) continue;
      this.worker.kill();
      movedMs = Date.now();
    }
    return unread;
  }

  private unread(): Promise<number | undefined> {
    return this.feed.unread(plainReaders, plainTopic).catch(() => undefined);
  }

  private progress(): Promise<number | undefined> {
    return this.database.number('select sum(version) n from plain_invoice', [], 1).catch(() => undefined);
  }
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
