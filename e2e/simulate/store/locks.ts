import type { Scheduler } from '../clock/scheduler.ts';
import { PgError } from './faults.ts';
import type { Row, Waiter } from './rows.ts';
import type { Transaction } from './transaction.ts';

const DEADLOCK_MS = 1_000;
const LOCK_TIMEOUT_MS = 5_000;

/** Row locks: held to the end of a transaction, waited for in turn, with Postgres's two ways out. */
export class Locks {
  readonly #scheduler: Scheduler;
  waits = 0;
  deadlocks = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Takes the lock, waiting for its holder. @throws 40P01 in a circle of waits, 55P03 after the lock time-out */
  async take(row: Row, tx: Transaction): Promise<void> {
    alive(tx);
    if (row.holder !== undefined && row.holder !== tx) return this.#wait(row, tx, true);
    row.holder = tx;
    tx.rows.add(row);
  }

  /** Waits for the end of the holder and takes nothing: how an insert waits for another insert of its key. */
  async holderEnds(row: Row, tx: Transaction): Promise<void> {
    if (row.holder !== undefined && row.holder !== tx) await this.#wait(row, tx, false);
  }

  /** Frees all locks of an ended transaction. */
  release(tx: Transaction): void {
    tx.ended = true;
    for (const row of tx.rows) {
      row.holder = undefined;
      row.writes = [];
      const waiting = row.waiting;
      row.waiting = [];
      for (const waiter of waiting) this.#wake(row, waiter);
    }
    tx.rows.clear();
  }

  /** Ends a wait from outside, as when the session is gone. */
  interrupt(tx: Transaction, error: Error): void {
    const row = tx.waitsFor;
    const waiter = row?.waiting.find((one) => one.tx === tx);
    if (row === undefined || waiter === undefined) return;
    row.waiting = row.waiting.filter((one) => one !== waiter);
    waiter.fail(error);
  }

  #wake(row: Row, waiter: Waiter): void {
    if (waiter.takes && row.holder !== undefined) return void row.waiting.push(waiter);
    if (waiter.takes) {
      row.holder = waiter.tx;
      waiter.tx.rows.add(row);
    }
    waiter.go();
  }

  async #wait(row: Row, tx: Transaction, takes: boolean): Promise<void> {
    this.waits += 1;
    tx.waitsFor = row;
    const circle = this.#scheduler.after(DEADLOCK_MS, undefined, () => {
      if (!waitsInCircle(tx)) return;
      this.deadlocks += 1;
      this.interrupt(tx, new PgError('40P01', 'deadlock detected'));
    });
    const late = this.#scheduler.after(LOCK_TIMEOUT_MS, undefined, () =>
      this.interrupt(tx, new PgError('55P03', 'canceling statement due to lock timeout')),
    );
    try {
      await new Promise<void>((go, fail) => row.waiting.push({ tx, takes, go, fail }));
      alive(tx);
    } finally {
      tx.waitsFor = undefined;
      circle.cancelled = true;
      late.cancelled = true;
    }
  }
}

/** A backend that was ended while it waited does nothing more. @throws 57P01 */
export function alive(tx: Transaction): void {
  if (tx.ended) throw new PgError('57P01', 'terminating connection due to administrator command');
}

function waitsInCircle(tx: Transaction): boolean {
  const met = new Set<Transaction>();
  for (let at = tx.waitsFor?.holder; at !== undefined && !met.has(at); at = at.waitsFor?.holder) {
    if (at === tx) return true;
    met.add(at);
  }
  return false;
}
