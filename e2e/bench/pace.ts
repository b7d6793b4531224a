import type pg from 'pg';
import { cpuMs } from './proc.ts';

/** Where a consumer stands at a moment. */
interface Sample {
  atMs: number;
  done: number;
  cpuMs: number;
}

export interface Pace {
  perSecond: number;
  /** Processor time of the watched process, in ms per 1,000 events. */
  cpuPer1000: number;
}

export interface Watch {
  /** How many events are through. */
  done: () => Promise<number>;
  total: number;
  /** The process whose processor time counts. */
  pid?: number | undefined;
  everyMs?: number;
  limitMs?: number;
}

/**
 * Watches a consumer until `total` events are through. Time and work between the first sample that had moved and the end
 * count, so that start-up does not.
 */
export async function paceOf({ done, total, pid, everyMs = 20, limitMs = 600_000 }: Watch): Promise<Pace> {
  const started: Sample = { atMs: performance.now(), done: 0, cpuMs: pid === undefined ? Number.NaN : cpuMs(pid) };
  let first: Sample | undefined;
  for (;;) {
    const now = await done();
    const sample = { atMs: performance.now(), done: now, cpuMs: pid === undefined ? Number.NaN : cpuMs(pid) };
    if (first === undefined && sample.done > 0) first = sample;
    // When everything was done at the first look, the whole wait counts: too low rather than too high.
    if (first !== undefined && now >= total) return between(first.done < now ? first : started, sample);
    if (sample.atMs - started.atMs > limitMs)
      throw new Error(`only ${now} of ${total} events were handled within ${limitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

const between = (first: Sample, last: Sample): Pace => ({
  perSecond: ((last.done - first.done) / (last.atMs - first.atMs)) * 1000,
  cpuPer1000: ((last.cpuMs - first.cpuMs) / (last.done - first.done)) * 1000,
});

/** Milliseconds of one small commit on this database: the median of 200. */
export async function commitMs(client: pg.Client): Promise<number> {
  await client.query('create table if not exists bench_commit_probe (n int)');
  const times: number[] = [];
  for (let i = 0; i < 200; i += 1) {
    const start = performance.now();
    await client.query('insert into bench_commit_probe values (1)');
    times.push(performance.now() - start);
  }
  await client.query('drop table bench_commit_probe');
  return times.sort((a, b) => a - b)[100]!;
}
