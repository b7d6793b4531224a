import type pg from 'pg';
import { type Broker, type BrokerProducer, MessageRefused } from '../broker.ts';
import { faultHook } from '../fault-points.ts';
import type { Logger } from '../logger.ts';
import { metrics } from '../metrics.ts';
import { growingPauseMs, pause, within } from '../pauses.ts';
import type { Leadership } from './leadership.ts';
import { deleteRows, markRefused, type OutboxRow, ROWS_MAX, stillWaiting, takeRows } from './outbox-queue.ts';
import { RefusedKeys } from './refused-keys.ts';
import { sendsOf } from './sends.ts';
import type { Bell } from './wake.ts';

export interface RelaySpec {
  readonly broker: Broker;
  readonly leadership: Leadership;
  readonly bell: Bell;
  readonly log: Logger;
  /** How long an event waits when no bell rings: notifications may be lost. */
  readonly pollMs?: number;
  /** For tests: the keys that wait because the broker refuses an event of theirs. */
  readonly refused?: RefusedKeys;
}

const POLL_MS = 500;
const ENDING_MS = 3_000;

/** Moves committed events from the outbox to the broker, in the leading process. At least once, in order per aggregate. */
export class Relay {
  readonly #spec: RelaySpec;
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  #producer: BrokerProducer | undefined;
  readonly #refused: RefusedKeys;
  #deleted: Promise<void> | undefined;
  #failures = 0;
  /** Why nothing is relayed, when it is so. */
  problem: string | undefined;

  constructor(spec: RelaySpec) {
    this.#spec = spec;
    this.#refused = spec.refused ?? new RefusedKeys();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Events the broker refuses: their keys wait, all others go on. */
  get refused(): readonly OutboxRow[] {
    return this.#refused.rows;
  }

  /** Ends after the send in work, unless the broker does not answer; what is left waits for the next leader. */
  async close(): Promise<void> {
    this.#ending.abort();
    this.#spec.bell.ring();
    await within(this.#running, ENDING_MS);
    await within(this.#dropProducer(), ENDING_MS);
  }

  async #run(): Promise<void> {
    const { leadership, log } = this.#spec;
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await leadership.gained(signal);
      const client = leadership.client;
      if (client === undefined || signal.aborted) continue;
      try {
        await this.#drain(client);
      } catch (error) {
        metrics.relayFaults.inc();
        this.problem = error instanceof Error ? error.message : String(error);
        const failures = this.#failures;
        log[failures < 3 ? 'warn' : 'error']({ err: error, failures }, 'relay failed, it starts again');
        this.#deleted = undefined; // what it could not delete is sent once more
        await this.#dropProducer(); // after a fault its sequence numbers may no longer fit the broker's
        await pause(growingPauseMs(failures, 100, 3_000), signal);
        this.#failures += 1;
      }
    }
  }

  /** Sends while this process leads. While one take is on its way to the broker, the next is read. */
  async #drain(client: pg.Client): Promise<void> {
    const { leadership, bell } = this.#spec;
    let rows: OutboxRow[] = [];
    while (!this.#ending.signal.aborted && leadership.client === client) {
      refuseUnsafeCommits(leadership);
      if (rows.length === 0) {
        await this.#deleted; // before what could not be deleted is read once more
        await this.#tryRefused(client);
        rows = await takeRows(client, [], this.#refused.rows);
      }
      if (rows.length === 0) {
        this.problem = undefined;
        await bell.wait(this.#spec.pollMs ?? POLL_MS);
        continue;
      }
      // With rows in hand no key may come free: a later event of it may be among them.
      const alone = rows.length < ROWS_MAX || this.#refused.due.length > 0;
      const ahead = alone ? Promise.resolve([]) : takeRows(client, rows, this.#refused.rows);
      ahead.catch(() => undefined); // it is awaited below, unless the send fails first
      await this.#send(client, rows);
      rows = await ahead;
    }
    await this.#deleted;
  }

  /** Keys whose event an operator set aside go on; the others' events are tried one by one, each in a send of its own. */
  async #tryRefused(client: pg.Client): Promise<void> {
    const refused = this.#refused.rows;
    if (refused.length === 0) return;
    const waiting = await stillWaiting(client, refused);
    for (const row of refused) if (!waiting.has(row.id)) this.#refused.release(row);
    for (const row of this.#refused.due) {
      if (!(await this.#taken(client, [row]))) continue;
      await this.#deleted;
      this.#refused.release(row);
    }
  }

  async #send(client: pg.Client, rows: readonly OutboxRow[]): Promise<void> {
    for (const part of sendsOf(rows)) await this.#sendPart(client, part);
  }

  /** Halves what the broker refuses until the refused event stands alone. */
  async #sendPart(client: pg.Client, part: readonly OutboxRow[]): Promise<void> {
    const rows = this.#refused.free(part);
    if (rows.length === 0 || (await this.#taken(client, rows)) || rows.length === 1) return;
    const middle = rows.length >> 1;
    await this.#sendPart(client, rows.slice(0, middle));
    await this.#sendPart(client, rows.slice(middle));
  }

  /** @returns false when the broker refuses them as they are; a single one is then set back */
  async #taken(client: pg.Client, rows: readonly OutboxRow[]): Promise<boolean> {
    try {
      await faultHook.reached?.('relay.taken');
      await (await this.#connected()).send(rows);
    } catch (error) {
      if (!(error instanceof MessageRefused)) throw error;
      await this.#dropProducer(); // its sequence numbers counted the refused send
      if (rows.length === 1) await this.#setBack(client, rows[0] as OutboxRow, error);
      return false;
    }
    await faultHook.reached?.('relay.sent');
    await this.#deleted;
    this.#deleted = this.#delete(client, rows);
    this.#deleted.catch(() => undefined); // it is awaited before the next one, and before the next fresh take
    return true;
  }

  /** While the next send is on its way: what is read afterwards on this connection no longer sees these rows. */
  async #delete(client: pg.Client, rows: readonly OutboxRow[]): Promise<void> {
    await deleteRows(client, rows);
    await faultHook.reached?.('relay.deleted');
    this.#failures = 0;
    this.problem = undefined;
    metrics.relayedEvents.inc(rows.length);
  }

  async #connected(): Promise<BrokerProducer> {
    this.#producer ??= await this.#spec.broker.producer();
    return this.#producer;
  }

  /** It is not skipped: later events of its key may not pass it. An operator may set it aside. */
  async #setBack(client: pg.Client, row: OutboxRow, error: Error): Promise<void> {
    const refusals = this.#refused.add(row);
    await markRefused(client, row, error.message);
    this.#spec.log[refusals === 1 ? 'error' : 'debug'](
      { outbox: row.id, topic: row.topic, err: error },
      'the broker refuses an event: it and what follows it for its key wait, all others go on. Look with `npm run ops -- outbox`',
    );
  }

  async #dropProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close().catch(() => undefined);
  }
}

/** Without synchronous commits a crash of Postgres may undo a transaction whose events are already on the broker. */
function refuseUnsafeCommits({ commitsWait }: Leadership): void {
  if (commitsWait || process.env.BENCH === '1') return;
  throw new Error(
    'synchronous_commit is off, so the relay refuses to work: turn it on and restart the service, or set BENCH=1 for a benchmark',
  );
}
