import type { Row } from './rows.ts';
import type { Session } from './session.ts';

/** A transaction at READ COMMITTED: each of its commands sees what was committed when the command began. */
export class Transaction {
  readonly session: Session;
  /** now() of all its commands, virtual ms. */
  readonly startMs: number;
  readonly rows = new Set<Row>();
  /** Number of the commit after which the current command began. */
  snapshot = 0;
  command = 0;
  /** An error rolled it back; nothing but `rollback` or `commit` is taken any more. */
  failed = false;
  /** Committed or rolled back: a command still at work has lost its backend. */
  ended = false;
  waitsFor: Row | undefined;

  constructor(session: Session, startMs: number) {
    this.session = session;
    this.startMs = startMs;
  }
}
