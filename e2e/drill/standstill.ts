import { percentile } from '../bench/report.ts';
import type { Database } from './databases.ts';
import type { Card, Kind } from './deck.ts';

const EVERY_MS = 100;
/** Each partition gets some ten events a second; shorter than that is the usual breath of a busy machine. */
const NOTED_MS = 1_000;

/** A service whose readers of the receivable topic are watched, as the deck names it. */
interface Watched {
  at: 'scoring' | 'vault';
  database: Database;
}

/** Watches how far the consumers are and notes how long a partition stood still, and after which strike. */
export class Standstill {
  private readonly gaps = new Map<Kind, number[]>();
  private running = true;
  private readonly strikes: (Card & { atMs: number })[] = [];
  private readonly watching: Promise<unknown>;

  constructor(watched: readonly Watched[]) {
    this.watching = Promise.all(watched.map((one) => this.watch(one)));
  }

  after(card: Card): void {
    this.strikes.push({ ...card, atMs: Date.now() });
    if (!this.gaps.has(card.kind)) this.gaps.set(card.kind, []);
  }

  async end(): Promise<void> {
    this.running = false;
    await this.watching;
  }

  /** One for each kind that struck, also where nothing stood still for long. */
  get lines(): string[] {
    return [...this.gaps].sort().map(([kind, gaps]) => {
      if (gaps.length === 0) return `standstill after ${kind}: none of ${NOTED_MS / 1000} s or more`;
      const [p50, max] = [percentile(gaps, 0.5), Math.max(...gaps)];
      return `standstill after ${kind}: p50 ${(p50 / 1000).toFixed(1)} s, max ${(max / 1000).toFixed(1)} s (${gaps.length} partitions)`;
    });
  }

  /** Each partition by itself: while one member hangs, the others hide its standstill. */
  private async watch({ at, database }: Watched): Promise<void> {
    const seen = new Map<number, { next: string; sinceMs: number }>();
    const sql = `select partition, next_offset from consumer_offset
      where topic = 'cashloop.receivable.v1' and projection in ('credit-receivables', 'vault')`;
    while (this.running) {
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      const rows = await database.query<{ partition: number; next_offset: string }>(sql, [], 1).catch(() => []);
      for (const { partition, next_offset: next } of rows) {
        const before = seen.get(partition);
        if (before?.next === next) continue;
        if (before !== undefined) this.note(at, before.sinceMs, Date.now() - before.sinceMs);
        seen.set(partition, { next, sinceMs: Date.now() });
      }
    }
  }

  /** The cause of a standstill is the first strike after its last movement that hit this service or a server. */
  private note(at: Watched['at'], sinceMs: number, ms: number): void {
    if (ms < NOTED_MS) return;
    const possible = this.strikes.filter((strike) => strike.at === at || strike.at === 'server');
    const cause = possible.find(({ atMs }) => atMs > sinceMs - EVERY_MS) ?? possible.at(-1);
    if (cause !== undefined) this.gaps.get(cause.kind)!.push(ms);
  }
}
