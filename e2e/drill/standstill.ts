import { percentile } from '../bench/report.ts';
import type { Database } from './databases.ts';

const EVERY_MS = 100;
/** Shorter than that is the usual breath of a busy machine. */
const NOTED_MS = 500;

/** Watches how far the consumers are and notes how long nothing moved, and after which strike. */
export class Standstill {
  private readonly database: Database;
  private readonly gaps = new Map<string, number[]>();
  private running = true;
  private last = 'start';
  private watching: Promise<void>;

  constructor(database: Database) {
    this.database = database;
    this.watching = this.watch();
  }

  after(kind: string): void {
    this.last = kind;
  }

  async end(): Promise<void> {
    this.running = false;
    await this.watching;
  }

  get lines(): string[] {
    return [...this.gaps].map(([kind, gaps]) => {
      const [p50, max] = [percentile(gaps, 0.5), Math.max(...gaps)];
      return `standstill after ${kind}: p50 ${(p50 / 1000).toFixed(1)} s, max ${(max / 1000).toFixed(1)} s (${gaps.length} times)`;
    });
  }

  private async watch(): Promise<void> {
    let movedMs = Date.now();
    let seen = -1;
    while (this.running) {
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      const sql = `select sum(next_offset) n from consumer_offset where projection = 'credit-receivables'`;
      const now = await this.database.number(sql, [], 1).catch(() => seen);
      if (now === seen) continue;
      this.note(Date.now() - movedMs);
      [seen, movedMs] = [now, Date.now()];
    }
  }

  private note(ms: number): void {
    if (ms < NOTED_MS) return;
    this.gaps.set(this.last, [...(this.gaps.get(this.last) ?? []), ms]);
  }
}
