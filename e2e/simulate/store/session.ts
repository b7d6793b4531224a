import { Command } from './command.ts';
import type { Database } from './database.ts';
import { PgError } from './faults.ts';
import type { Values } from './rows.ts';
import { statementOf } from './statements/index.ts';
import type { Transaction } from './transaction.ts';

export interface Request {
  readonly text: string;
  readonly params: readonly unknown[];
  readonly reply: (result: Result[] | Error) => void;
}

export interface Result {
  readonly command: string;
  readonly rows: Values[];
}

export interface SessionSpec {
  readonly name: string;
  readonly idleInTransactionMs: number;
  readonly idleMs: number | undefined;
  /** The server ends the connection. */
  readonly onEnd: (error: Error) => void;
  readonly onNotify: (channel: string) => void;
  /** A defect of the simulation itself. */
  readonly onDefect: (error: Error) => void;
}

/** The server's end of a connection: takes requests one after the other, as they come down the wire. */
export class Session {
  readonly spec: SessionSpec;
  readonly channels = new Set<string>();
  readonly #db: Database;
  #requests: Request[] = [];
  #working = false;
  #lastMs = 0;
  /** The transaction of a statement that stands outside of one. */
  #single: Transaction | undefined;
  tx: Transaction | undefined;
  open = true;

  constructor(db: Database, spec: SessionSpec) {
    this.#db = db;
    this.spec = spec;
    this.#lastMs = db.scheduler.nowMs;
    db.sessions.add(this);
    this.#watch();
  }

  receive(request: Request): void {
    if (!this.open) return;
    this.#lastMs = this.#db.scheduler.nowMs;
    this.#requests.push(request);
    if (!this.#working) void this.#work();
  }

  /** The client is gone, or the server wants it gone: open work is rolled back. */
  end(code = '08006', message = 'connection to client lost'): void {
    if (!this.open) return;
    this.open = false;
    this.#requests = [];
    const error = new PgError(code, message);
    const tx = this.tx ?? this.#single;
    this.tx = undefined;
    if (tx !== undefined) {
      this.#db.locks.interrupt(tx, error);
      this.#db.rollback(tx);
    }
    this.#db.sessions.delete(this);
    for (const [lock, holder] of this.#db.advisory) if (holder === this) this.#db.advisory.delete(lock);
    this.spec.onEnd(error);
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let request = this.#requests.shift(); request !== undefined && this.open; request = this.#requests.shift()) {
      const result = await this.#answer(request).catch((error: Error) => error);
      this.#lastMs = this.#db.scheduler.nowMs;
      if (this.open) request.reply(result);
    }
    this.#working = false;
  }

  /** Several statements come as one text only with `begin`, which has no `;` inside a statement. */
  async #answer({ text, params }: Request): Promise<Result[]> {
    const results: Result[] = [];
    for (const part of text.startsWith('begin') ? text.split('; ') : [text])
      results.push(await this.#run(part, params));
    return results;
  }

  async #run(text: string, params: readonly unknown[]): Promise<Result> {
    if (text.startsWith('begin')) return this.#begin();
    if (text === 'commit' || text === 'rollback') return this.#finish(text);
    if (this.tx?.failed === true) throw new PgError('25P02', 'current transaction is aborted');
    const tx = this.tx ?? this.#db.begin(this);
    this.#db.beginCommand(tx);
    this.#single = tx;
    try {
      const rows = await statementOf(text).run(
        new Command(this.#db, tx),
        this.#arguments(text, params),
        this,
        this.#db,
      );
      if (this.tx === undefined && this.open) this.#db.commit(tx);
      return { command: '', rows };
    } catch (error) {
      if (!(error instanceof PgError)) this.spec.onDefect(error as Error);
      tx.failed = true;
      this.#db.rollback(tx);
      throw error;
    } finally {
      this.#single = undefined;
    }
  }

  #arguments(text: string, params: readonly unknown[]): readonly unknown[] {
    const statement = statementOf(text);
    return statement.literals === undefined ? params : statement.literals(text);
  }

  #begin(): Result {
    this.tx = this.#db.begin(this);
    return { command: 'BEGIN', rows: [] };
  }

  #finish(text: 'commit' | 'rollback'): Result {
    const { tx } = this;
    this.tx = undefined;
    if (tx === undefined || tx.failed) return { command: 'ROLLBACK', rows: [] };
    if (text === 'commit') this.#db.commit(tx);
    else this.#db.rollback(tx);
    return { command: text.toUpperCase(), rows: [] };
  }

  /** Looks from time to time whether the client said anything: idle_in_transaction_session_timeout, idle_session_timeout. */
  #watch(): void {
    const { idleInTransactionMs, idleMs = Infinity } = this.spec;
    const limitMs = Math.min(idleInTransactionMs, idleMs);
    const look = (): void => {
      if (!this.open) return;
      const silentMs = this.#working ? 0 : this.#db.scheduler.nowMs - this.#lastMs;
      if (this.tx !== undefined && silentMs >= idleInTransactionMs)
        return this.end('25P03', 'terminating connection due to idle-in-transaction timeout');
      if (this.tx === undefined && silentMs >= idleMs)
        return this.end('57P05', 'terminating connection due to idle-session timeout');
      this.#db.scheduler.after(silentMs < limitMs ? Math.max(1, limitMs - silentMs) : limitMs, undefined, look);
    };
    this.#db.scheduler.after(limitMs, undefined, look);
  }
}
