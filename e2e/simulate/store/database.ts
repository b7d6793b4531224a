import type { Scheduler } from '../clock/scheduler.ts';
import { Locks } from './locks.ts';
import type { Row, Values } from './rows.ts';
import type { Session } from './session.ts';
import { Transaction } from './transaction.ts';

/** A row as one commit left it. */
export interface Change {
  readonly table: string;
  readonly before: Values | undefined;
  readonly after: Values | undefined;
}

/** The simulated Postgres: rows with versions, locks, sequences, sessions. Nothing of it dies with a process. */
export class Database {
  readonly scheduler: Scheduler;
  readonly locks: Locks;
  readonly sessions = new Set<Session>();
  /** Session-level advisory locks. */
  readonly advisory = new Map<string, Session>();
  /** Refuses connections until then, virtual ms. */
  downUntilMs = 0;
  /** Called with every commit that changed something. */
  onCommit: (changes: readonly Change[], session: Session) => void = () => undefined;
  readonly #tables = new Map<string, Map<string, Row>>();
  readonly #sequences = new Map<string, number>();
  #commits = 0;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
    this.locks = new Locks(scheduler);
  }

  table(name: string): Map<string, Row> {
    let rows = this.#tables.get(name);
    if (rows === undefined) this.#tables.set(name, (rows = new Map<string, Row>()));
    return rows;
  }

  /** Committed rows of a table, for those who check. */
  rows(name: string): Values[] {
    return [...this.table(name).values()].flatMap((row) => (row.committed === undefined ? [] : [row.committed]));
  }

  nextId(sequence: string): number {
    const next = (this.#sequences.get(sequence) ?? 0) + 1;
    this.#sequences.set(sequence, next);
    return next;
  }

  begin(session: Session): Transaction {
    return new Transaction(session, this.scheduler.nowMs);
  }

  beginCommand(tx: Transaction): void {
    tx.command += 1;
    tx.snapshot = this.#commits;
  }

  /** All its writes become visible in this one moment. */
  commit(tx: Transaction): void {
    this.#commits += 1;
    const changes: Change[] = [];
    for (const row of tx.rows) {
      const write = row.writes.at(-1);
      if (write === undefined) continue;
      changes.push({ table: row.table, before: row.committed, after: write.values });
      row.versions.push({ values: write.values, commit: this.#commits });
      if (write.values === undefined) this.table(row.table).delete(row.key);
    }
    this.locks.release(tx);
    if (changes.length > 0) this.onCommit(changes, tx.session);
  }

  rollback(tx: Transaction): void {
    for (const row of tx.rows) if (row.versions.length === 0) this.table(row.table).delete(row.key);
    this.locks.release(tx);
  }

  /** Ends all sessions, as a restart of the server does, and takes none for a while. */
  restart(downMs: number): void {
    this.downUntilMs = this.scheduler.nowMs + downMs;
    for (const session of [...this.sessions])
      session.end('57P01', 'terminating connection due to administrator command');
  }
}
