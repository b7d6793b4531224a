import { percentile } from '../bench/report.ts';
import type { Database } from './databases.ts';

const EVERY_MS = 100;
/** Each partition gets some ten events a second; shorter than that is the usual breath of a busy machine. */
const NOTED_MS = 1_000;

/** Watches how far the consumers are and notes how long a partition stood still, and after which strike. */
export class Standstill {
  private readonly database: Database;
  private readonly gaps = new Map<string, number[]>();
  private running = true;
  private readonly strikes: { kind: string; atMs: number }[] = [];
  private watching: Promise<void>;

  constructor(database: Database) {
    this.database = database;
    this.watching = this.watch();
  }

  after(kind: string): void {
    this.strikes.push({ kind, atMs: Date.now() });
  }

  async end(): Promise<void> {
    this.running = false;
    await this.watching;
  }

  get lines(): string[] {
    return [...this.gaps].sort().map(([kind, gaps]) => {
      const [p50, max] = [percentile(gaps, 0.5), Math.max(...gaps)];
      return `standstill after ${kind}: p50 ${(p50 / 1000).toFixed(1)} s, max ${(max / 1000).toFixed(1)} s (${gaps.length} partitions)`;
    });
  }

  /** Each partition by itself: while one member hangs, the others hide its standstill. */
  private async watch(): Promise<void> {
    const seen = new Map<number, { next: string; sinceMs: number }>();
    const sql = `select partition, next_offset from consumer_offset where projection = 'credit-receivables'`;
    while (this.running) {
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      const rows = await this.database.query<{ partition: number; next_offset: string }>(sql, [], 1).catch(() => []);
      for (const { partition, next_offset: next } of rows) {
        const before = seen.get(partition);
        if (before?.next === next) continue;
        if (before !== undefined) this.note(before.sinceMs, Date.now() - before.sinceMs);
        seen.set(partition, { next, sinceMs: Date.now() });
      }
    }
  }

  /** The cause of a standstill is the first strike after its last movement. */
  private note(sinceMs: number, ms: number): void {
    if (ms < NOTED_MS) return;
    const cause = this.strikes.find(({ atMs }) => atMs > sinceMs - EVERY_MS) ?? this.strikes.at(-1);
    const kind = cause?.kind ?? 'the start';
    this.gaps.set(kind, [...(this.gaps.get(kind) ?? []), ms]);
  }
}
