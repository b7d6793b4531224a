import type { Database } from './databases.ts';
import type { Ledger } from './ledger.ts';
import type { Seeded } from './seeded.ts';
import type { Worker } from './worker.ts';

/** Its group takes back the partitions of a killed member after 6 s: it is done when nothing moved for longer. */
const STILL_S = 12;

/** The plain NestJS design on the same servers and books, killed at seeded moments of its work like ours. */
export class PlainRival {
  private readonly worker: Worker;
  private readonly database: Database;
  private running = true;
  private kills = 0;
  private readonly striking: Promise<void>;

  constructor(worker: Worker, database: Database, random: Seeded) {
    this.worker = worker;
    this.database = database;
    this.striking = this.strike(random);
  }

  /** Ends the strikes, lets it finish and compares. It knows invoices only. */
  async verdict(ledger: Ledger): Promise<string> {
    this.running = false;
    await this.striking;
    await this.rest();
    const wanted = new Map<string, bigint>();
    for (const { customer, balance } of ledger.invoices.values())
      wanted.set(customer, (wanted.get(customer) ?? 0n) + balance);
    const rows = await this.database.query<{ id: string; minor: string }>(
      'select "customerId" id, "exposureMinor"::text minor from plain_account',
    );
    const found = new Map(rows.map(({ id, minor }) => [id, BigInt(minor)]));
    const wrong = [...wanted].filter(([id, minor]) => (found.get(id) ?? 0n) !== minor);
    const cents = wrong.reduce((sum, [id, minor]) => sum + absolute((found.get(id) ?? 0n) - minor), 0n);
    return `the plain NestJS design beside it, ${this.kills} kills: ${wrong.length} of ${wanted.size} exposures wrong, by ${cents} cents`;
  }

  /** Only while it works: right after a kill it waits for its group and nothing could go wrong. */
  private async strike(random: Seeded): Promise<void> {
    let seen = await this.progress();
    while (this.running) {
      await sleep(100);
      const now = await this.progress();
      if (now === seen) continue;
      await sleep(random.between(100, 1_500));
      if (!this.running) return;
      this.worker.kill();
      this.kills += 1;
      await sleep(500);
      seen = await this.progress();
    }
  }

  private async rest(): Promise<void> {
    let [seen, still] = [-1, 0];
    for (let tries = 0; still < STILL_S && tries < 300; tries += 1) {
      const now = await this.progress();
      still = now === seen ? still + 1 : 0;
      seen = now;
      await sleep(1_000);
    }
  }

  private progress(): Promise<number> {
    return this.database.number('select sum(version) n from plain_invoice', [], 1).catch(() => -1);
  }
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
