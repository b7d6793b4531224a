import type { OpenTx } from '@cashloop/persistence';
import { faultHook } from '../fault-points.ts';
import { codeOf, isPassing } from '../faults.ts';
import { metrics } from '../metrics.ts';
import { outboxStatement } from '../outbox.ts';
import { growingPauseMs, pause } from '../pauses.ts';
import { currentTraceparent } from '../tracing.ts';
import type { BatchTools } from './batch-transaction.ts';
import { errorText } from './dead-letters.ts';
import { decodeBatch, orgsOf } from './decoded-batch.ts';
import { type DeadLetterRow, storedRecord } from './stored-record.ts';
import { type BoundHandler, topicsOf } from './subscriptions.ts';

const EVERY_MS = 1_000;
const ATTEMPTS_MAX = 3;
const PAUSES_S = [1, 2, 4];
const LATER_MAX_MS = 60_000;

const PUT_OFF = `update dead_letter set next_attempt_at = now() + make_interval(secs => $2) where id = $1 and state = 'retrying'`;

/**
 * Tries set-aside events again, off the path of their partition: three times by itself, and whenever an operator says
 * `ops -- dead-letters retry`. A late one does no harm: handlers keep the newest version of each document.
 */
export class Retries {
  readonly #tools: BatchTools;
  readonly #handlers: readonly BoundHandler[];
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  /** Passing faults in a row, by dead letter. */
  readonly #passing = new Map<string, { failures: number; atMs: number }>();

  constructor(tools: BatchTools, handlers: readonly BoundHandler[]) {
    this.#tools = tools;
    this.#handlers = handlers.filter((handler) => handler.subscription.kind === 'events');
  }

  start(): void {
    if (this.#handlers.length > 0) this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const due = await this.#due().catch((error: unknown) => this.#unread(error));
      for (const row of due) {
        if (!signal.aborted) await this.#retry(row).catch(() => undefined);
      }
      this.#forgetOld();
      await pause(EVERY_MS, signal);
    }
  }

  /** Another replica, or an operator, may have ended what met faults here. */
  #forgetOld(): void {
    const since = performance.now() - 3 * LATER_MAX_MS;
    for (const [id, { atMs }] of this.#passing) if (atMs < since) this.#passing.delete(id);
  }

  #due(): Promise<DeadLetterRow[]> {
    const projections = [...new Set(this.#handlers.map((handler) => handler.subscription.projection))];
    return this.#tools.runner.run([], (tx) =>
      tx.query<DeadLetterRow>(
        `select * from dead_letter where state = 'retrying' and next_attempt_at <= now() and projection = any($1::text[])
         order by id limit 50`,
        [projections],
      ),
    );
  }

  async #retry(row: DeadLetterRow): Promise<void> {
    try {
      await this.#apply(row);
    } catch (error) {
      if (isPassing(error)) await this.#later(row, error as Error);
      else await this.#failed(row, error as Error);
    }
  }

  #unread(error: unknown): DeadLetterRow[] {
    this.#tools.log.warn({ err: error }, 'set-aside events could not be read, they are read again');
    return [];
  }

  /** A passing fault is no try. While it lasts the pauses grow: others wait behind this one. */
  async #later(row: DeadLetterRow, error: Error): Promise<void> {
    const { id, projection } = row;
    const failures = this.#passing.get(id)?.failures ?? 0;
    this.#passing.set(id, { failures: failures + 1, atMs: performance.now() });
    const delayMs = growingPauseMs(failures, EVERY_MS, LATER_MAX_MS);
    metrics.retries.inc({ projection, code: codeOf(error) });
    this.#tools.log[failures < 5 ? 'warn' : 'error'](
      { deadLetter: id, projection, err: error, failures, delayMs },
      'set-aside event met a passing fault, it is tried again',
    );
    await this.#tools.runner.run([], (tx) => tx.query(PUT_OFF, [id, delayMs / 1_000]));
  }

  async #apply(row: DeadLetterRow): Promise<void> {
    const handler = this.#handlers.find(
      ({ subscription }) => subscription.projection === row.projection && topicsOf(subscription).includes(row.topic),
    );
    if (handler?.subscription.kind !== 'events')
      throw new Error(`no handler ${row.projection} for topic ${row.topic} any more`);
    const { items, beyond } = decodeBatch(handler.subscription.topic, [storedRecord(row)]);
    const [item] = items;
    if (beyond !== undefined || item?.kind === 'undecodable') throw beyond ?? (item as { error: Error }).error;
    if (item?.kind !== 'event') throw new Error('this version does not know its type any more');
    const published = await this.#tools.runner.runWith({ orgs: orgsOf(items) }, async (tx) => {
      if (!(await locked(tx, row))) return undefined;
      const ctx = { tx, now: this.#tools.clock(), log: this.#tools.log };
      const outgoing = ((await handler.call([item.event], ctx)) ?? []) as Parameters<typeof outboxStatement>[0];
      await tx.query(
        `update dead_letter set state = 'done', attempts = attempts + 1, updated_at = now() where id = $1`,
        [row.id],
      );
      await faultHook.reached?.('retry.handled');
      const traceparent = currentTraceparent(item.event.traceparent);
      if (outgoing.length > 0) tx.closeWith(outboxStatement(outgoing, this.#tools.source, traceparent));
      return outgoing.length;
    });
    this.#passing.delete(row.id);
    if (published === undefined) return;
    await faultHook.reached?.('retry.committed');
    if (published > 0) this.#tools.published();
    this.#tools.log.info({ deadLetter: row.id, projection: row.projection }, 'set-aside event handled');
  }

  async #failed(row: DeadLetterRow, error: Error): Promise<void> {
    this.#passing.delete(row.id);
    const attempts = row.attempts + 1;
    const parked = attempts >= ATTEMPTS_MAX;
    await this.#tools.runner.run([], (tx) =>
      tx.query(
        `update dead_letter set attempts = $2, state = $3, error_code = $4, error = $5, updated_at = now(),
           next_attempt_at = case when $3 = 'retrying' then now() + make_interval(secs => $6) end
         where id = $1 and state = 'retrying' and attempts = $2 - 1`,
        [row.id, attempts, parked ? 'parked' : 'retrying', codeOf(error), errorText(error), PAUSES_S[attempts] ?? 4],
      ),
    );
    if (!parked) return;
    this.#tools.log.error(
      { deadLetter: row.id, projection: row.projection, code: codeOf(error), err: error },
      `event parked. Look with \`npm run ops -- dead-letters show ${this.#tools.source} ${row.id}\``,
    );
  }
}

/** Replicas share the tries: one that another tried meanwhile, or an operator discarded, is left alone. */
const locked = async (tx: OpenTx, { id, attempts }: DeadLetterRow): Promise<boolean> =>
  (
    await tx.query(
      `select 1 from dead_letter where id = $1 and state = 'retrying' and attempts = $2 for update skip locked`,
      [id, attempts],
    )
  ).length > 0;
