import { ArrayParam } from '@cashloop/persistence';
import type { Owner, Scheduler } from '../clock/scheduler.ts';
import type { Strikes } from '../faults/strikes.ts';
import type { Database } from './database.ts';
import { type Result, Session } from './session.ts';

/** The part of pg's query results that is read. */
export interface Answer {
  readonly command: string;
  readonly rows: unknown[];
}

interface Pending {
  readonly resolve: (answer: Answer | Answer[]) => void;
  readonly reject: (error: Error) => void;
}

export interface ClientSpec {
  readonly owner: Owner;
  readonly scheduler: Scheduler;
  readonly db: Database;
  readonly strikes: Strikes;
  readonly idleMs?: number;
  readonly onDefect: (error: Error) => void;
}

const IDLE_IN_TRANSACTION_MS = 10_000;
const gone = (what: string, code: string): Error => Object.assign(new Error(what), { code });

/** A process's end of a connection, with pg's surface as far as the kernel uses it. Requests may be sent ahead. */
export class SimulatedClient {
  readonly spec: ClientSpec;
  readonly #listeners = new Map<string, ((value: unknown) => void)[]>();
  readonly #pending: Pending[] = [];
  #session: Session | undefined;
  #arrivesMs = 0;
  #repliesMs = 0;
  broken = false;
  /** Nothing that is sent now arrives. */
  #cut = false;

  constructor(spec: ClientSpec) {
    this.spec = spec;
  }

  on(event: string, listener: (value: unknown) => void): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  connect(): Promise<void> {
    const { db, owner, scheduler, idleMs, onDefect } = this.spec;
    return new Promise((resolve, reject) => {
      this.#toServer(() => {
        if (db.downUntilMs > scheduler.nowMs)
          return this.#toProcess(() => reject(gone('connect ECONNREFUSED', 'ECONNREFUSED')));
        this.#session = new Session(db, {
          name: owner.name,
          idleInTransactionMs: IDLE_IN_TRANSACTION_MS,
          idleMs,
          onEnd: (error) => this.#toProcess(() => this.#break(error)),
          onNotify: (channel) => this.#toProcess(() => this.#emit('notification', { channel })),
          onDefect,
        });
        this.#toProcess(resolve);
      });
    });
  }

  /** One statement, or `begin` with what travels along. */
  query(query: string | { text: string; values?: readonly unknown[] }, values?: readonly unknown[]): Promise<unknown> {
    const text = typeof query === 'string' ? query : query.text;
    const params = ((typeof query === 'string' ? values : query.values) ?? []).map((param) =>
      param instanceof ArrayParam ? param.values : param,
    );
    if (this.broken) {
      return Promise.reject(new Error('Client has encountered a connection error and is not queryable'));
    }
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      this.#send(text, params);
    });
  }

  /** Says goodbye: what was sent before still counts. */
  async end(): Promise<void> {
    this.broken = true;
    this.hangUp();
  }

  /** The connection breaks without a word, as when the process dies. What is on the wire arrives. */
  hangUp(): void {
    this.#toServer(() => this.#session?.end());
  }

  #send(text: string, params: readonly unknown[]): void {
    const { strikes, scheduler, owner } = this.spec;
    if (this.#cut) return;
    if (strikes.take('sql_lost', `${owner.name}: ${text}`) !== undefined) {
      this.#cut = true;
      this.#toProcess(() => this.#break(gone('read ECONNRESET', 'ECONNRESET')));
      // The server may notice much later: until then the session stays and keeps its locks.
      if (scheduler.draws.of('noticed').chance(0.5)) this.hangUp();
      return;
    }
    const replyLost = strikes.take('sql_reply_lost', `${owner.name}: ${text}`) !== undefined;
    this.#toServer(() =>
      this.#session?.receive({
        text,
        params,
        reply: (result) => {
          if (!replyLost) return this.#toProcess(() => this.#settle(result));
          this.#toProcess(() => this.#break(gone('read ECONNRESET', 'ECONNRESET')));
          this.#session?.end();
        },
      }),
    );
  }

  #settle(result: Result[] | Error): void {
    const pending = this.#pending.shift();
    if (result instanceof Error) pending?.reject(result);
    else pending?.resolve(result.length === 1 ? (result[0] as Answer) : result);
  }

  #break(error: Error): void {
    if (this.broken) return;
    this.broken = true;
    for (const pending of this.#pending.splice(0)) pending.reject(error);
    this.#emit('error', error);
    this.#emit('end', undefined);
  }

  #emit(event: string, value: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(value);
  }

  /** Bytes of one connection arrive in their order. */
  #toServer(act: () => void): void {
    const { scheduler, owner, strikes } = this.spec;
    const slow = strikes.take('sql_slow', owner.name)?.forMs ?? 0;
    this.#arrivesMs = Math.max(this.#arrivesMs, scheduler.nowMs + scheduler.draws.travelMs(`sql ${owner.name}`) + slow);
    scheduler.at(this.#arrivesMs, undefined, act);
  }

  #toProcess(act: () => void): void {
    const { scheduler, owner } = this.spec;
    this.#repliesMs = Math.max(this.#repliesMs, scheduler.nowMs + scheduler.draws.travelMs(`rows ${owner.name}`));
    scheduler.at(this.#repliesMs, owner, act);
  }
}
