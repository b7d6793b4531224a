import type { DataSource } from 'typeorm';
import { metrics } from '../metrics.ts';
import { pause } from '../pauses.ts';

const EVERY_MS = 3_000;
/** More are not counted: with millions of rows waiting, counting them all would be one more trouble. */
const COUNTED_MAX = 100_000;

interface Measured {
  rows: number;
  /** Of them, those the broker refuses. */
  refused: number;
  parked: number;
  /** Of the oldest row, seconds. */
  age: number;
}

const WAITING = 'filter (where parked_at is null)';
const OLDEST = `select parked_at, error, created_at from outbox order by id limit ${COUNTED_MAX}`;
const MEASURE = `select count(*) ${WAITING}::int as rows, count(error) ${WAITING}::int as refused, count(parked_at)::int as parked,
  coalesce(extract(epoch from now() - min(created_at) ${WAITING}), 0)::float8 as age from (${OLDEST}) oldest`;

/** Measures the outbox and the parked dead letters, in every process: also when none leads, the age must be seen. */
export class OutboxGauge {
  readonly #dataSource: DataSource;
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  rows = 0;
  oldestAgeSeconds = 0;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  close(): void {
    this.#ending.abort();
  }

  /** One measurement after the other, however long one takes: each needs a connection that others wait for. */
  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#measure().catch(() => undefined);
      await pause(EVERY_MS, signal);
    }
  }

  async #measure(): Promise<void> {
    const [outbox] = await this.#dataSource.query<Measured[]>(MEASURE);
    const parked = await this.#dataSource.query<{ projection: string; n: number }[]>(
      `select projection, count(*)::int as n from dead_letter where state = 'parked' group by projection`,
    );
    this.rows = outbox?.rows ?? 0;
    this.oldestAgeSeconds = Math.max(0, outbox?.age ?? 0);
    metrics.outboxRows.set(this.rows);
    metrics.outboxOldestAgeSeconds.set(this.oldestAgeSeconds);
    metrics.outboxRefused.set(outbox?.refused ?? 0);
    metrics.outboxParked.set(outbox?.parked ?? 0);
    metrics.parked.reset();
    for (const { projection, n } of parked) metrics.parked.set({ projection }, n);
  }
}
