import type pg from 'pg';
import { type Broker, type BrokerProducer, MessageRefused } from '../broker.ts';
import { faultHook } from '../fault-points.ts';
import type { Logger } from '../logger.ts';
import { metrics } from '../metrics.ts';
import { growingPauseMs, pause, within } from '../pauses.ts';
import type { Leadership } from './leadership.ts';
import { deleteRows, markRefused, type OutboxRow, takeRows } from './outbox-queue.ts';
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
}

const TAKE = 4_000;
const POLL_MS = 500;
const ENDING_MS = 3_000;

/** Moves committed events from the outbox to the broker, in the leading process. At least once, in order per aggregate. */
export class Relay {
  readonly #spec: RelaySpec;
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  #producer: BrokerProducer | undefined;
  readonly #refused = new RefusedKeys();
  #deleted: Promise<void> | undefined;
  /** Why nothing is relayed, when it is so. */
  problem: string | undefined;

  constructor(spec: RelaySpec) {
    this.#spec = spec;
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
    let failures = 0;
    while (!signal.aborted) {
      await leadership.gained(signal);
      const client = leadership.client;
      if (client === undefined || signal.aborted) continue;
      try {
        await refuseUnsafeCommits(client);
        await this.#drain(client, () => (failures = 0));
      } catch (error) {
        metrics.relayFaults.inc();
        this.problem = error instanceof Error ? error.message : String(error);
        log[failures < 3 ? 'warn' : 'error']({ err: error, failures }, 'relay failed, it starts again');
        this.#deleted = undefined; // what it could not delete is sent once more
        await this.#dropProducer(); // after a fault its sequence numbers may no longer fit the broker's
        await pause(growingPauseMs(failures, 100, 3_000), signal);
        failures += 1;
      }
    }
  }

  /** Sends while this process leads. While one take is on its way to the broker, the next is read. */
  async #drain(client: pg.Client, onProgress: () => void): Promise<void> {
    const { leadership, bell } = this.#spec;
    let rows: OutboxRow[] = [];
    while (!this.#ending.signal.aborted && leadership.client === client) {
      if (rows.length === 0) rows = await takeRows(client, TAKE, [], this.#refused.rows);
      this.problem = undefined;
      if (rows.length === 0) {
        await this.#deleted;
        await bell.wait(this.#spec.pollMs ?? POLL_MS);
        continue;
      }
      const ahead = rows.length < TAKE ? Promise.resolve([]) : takeRows(client, TAKE, rows, this.#refused.rows);
      ahead.catch(() => undefined); // it is awaited below, unless the send fails first
      await this.#send(client, rows);
      onProgress();
      rows = await ahead;
    }
    await this.#deleted;
  }

  async #send(client: pg.Client, rows: readonly OutboxRow[]): Promise<void> {
    for (const part of sendsOf(rows)) await this.#sendPart(client, part);
  }

  /** Halves what the broker refuses until the refused event stands alone. */
  async #sendPart(client: pg.Client, part: readonly OutboxRow[]): Promise<void> {
    const rows = this.#refused.free(part);
    if (rows.length === 0) return;
    try {
      await faultHook.reached?.('relay.taken');
      await (await this.#connected()).send(rows);
    } catch (error) {
      if (!(error instanceof MessageRefused)) throw error;
      await this.#dropProducer(); // its sequence numbers counted the refused send
      if (rows.length === 1) return this.#setBack(client, rows[0] as OutboxRow, error);
      const middle = rows.length >> 1;
      await this.#sendPart(client, rows.slice(0, middle));
      return this.#sendPart(client, rows.slice(middle));
    }
    await faultHook.reached?.('relay.sent');
    await this.#deleted;
    this.#deleted = this.#delete(client, rows);
    this.#deleted.catch(() => undefined); // it is awaited before the next one, and before the outbox is called empty
  }

  /** While the next send is on its way: what is read afterwards on this connection no longer sees these rows. */
  async #delete(client: pg.Client, rows: readonly OutboxRow[]): Promise<void> {
    await deleteRows(client, rows);
    await faultHook.reached?.('relay.deleted');
    metrics.relayedEvents.inc(rows.length);
  }

  async #connected(): Promise<BrokerProducer> {
    this.#producer ??= await this.#spec.broker.producer();
    return this.#producer;
  }

  /** It is not skipped: later events of its key may not pass it. An operator may set it aside. */
  async #setBack(client: pg.Client, row: OutboxRow, error: Error): Promise<void> {
    this.#refused.add(row);
    await markRefused(client, row, error.message);
    this.#spec.log.error(
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
async function refuseUnsafeCommits(client: pg.Client): Promise<void> {
  if (process.env.BENCH === '1') return;
  const { rows } = await client.query<{ synchronous_commit: string }>('show synchronous_commit');
  if (rows[0]?.synchronous_commit === 'off') {
    throw new Error(
      'synchronous_commit is off, so the relay refuses to work: turn it on and restart the service, or set BENCH=1 for a benchmark',
    );
  }
}
