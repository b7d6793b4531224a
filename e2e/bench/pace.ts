import type pg from 'pg';

/** Where a consumer stands at a moment. */
export interface Sample {
  atMs: number;
  done: number;
}

/**
 * Watches a counter in the database until it reaches `total`.
 * @returns events per second between the first sample that had moved and the end, so that start-up does not count
 */
export async function paceOf(client: pg.Client, sql: string, total: number, limitMs = 300_000): Promise<number> {
  const started = performance.now();
  let first: Sample | undefined;
  for (;;) {
    const { rows } = await client.query<{ done: string | null }>(sql);
    const sample = { atMs: performance.now(), done: Number(rows[0]?.done ?? 0) };
    if (first === undefined && sample.done > 0) first = sample;
    if (first !== undefined && sample.done >= total) return rate(first, sample, started, total);
    if (sample.atMs - started > limitMs)
      throw new Error(`only ${sample.done} of ${total} events were handled within ${limitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** When everything was done at the first look, the whole wait counts: too low rather than too high. */
function rate(first: Sample, last: Sample, started: number, total: number): number {
  if (last.done === first.done) return (total / (last.atMs - started)) * 1000;
  return ((last.done - first.done) / (last.atMs - first.atMs)) * 1000;
}

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
