import type { Database } from './database.ts';
import { PgError } from './faults.ts';
import { alive } from './locks.ts';
import { Row, type Values } from './rows.ts';
import type { Transaction } from './transaction.ts';

export type Where = (values: Values) => boolean;

export interface Found {
  readonly row: Row;
  readonly values: Values;
}

/** What one SQL command may do. Each call follows what Postgres does at READ COMMITTED. */
export class Command {
  readonly tx: Transaction;
  readonly #db: Database;

  constructor(db: Database, tx: Transaction) {
    this.#db = db;
    this.tx = tx;
  }

  /** now(), virtual ms. */
  get nowMs(): number {
    return this.tx.startMs;
  }

  nextId(sequence: string): number {
    return this.#db.nextId(sequence);
  }

  /** The rows of a table as this command's snapshot shows them. */
  scan(table: string, where: Where): Found[] {
    const found: Found[] = [];
    for (const row of this.#db.table(table).values()) {
      const values = row.seen(this.tx);
      if (values !== undefined && where(values)) found.push({ row, values });
    }
    return found;
  }

  /**
   * Locks a row that the snapshot showed, and answers its newest values. When it was changed while we waited, the
   * condition is checked again on the new values and the row left out if it no longer holds; a row that this very
   * command changed is left out as well, without a word.
   */
  async lock({ row }: Found, where: Where, skipLocked = false): Promise<Values | undefined> {
    if (row.touchedBy(this.tx)) return undefined;
    if (skipLocked && row.holder !== undefined && row.holder !== this.tx) return undefined;
    await this.#db.locks.take(row, this.tx);
    const newest = row.newest(this.tx);
    return newest !== undefined && where(newest) ? newest : undefined;
  }

  /** `select ... order by ... for update`: the order is that of the snapshot. */
  async scanForUpdate(table: string, where: Where, order: keyof Values = '', skipLocked = false): Promise<Values[]> {
    const found = this.scan(table, where);
    if (order !== '') found.sort((a, b) => (String(a.values[order]) < String(b.values[order]) ? -1 : 1));
    const locked: Values[] = [];
    for (const one of found) {
      const values = await this.lock(one, where, skipLocked);
      if (values !== undefined) locked.push(values);
    }
    return locked;
  }

  /** @returns the rows as it left them, for `returning` */
  async update(table: string, where: Where, change: (values: Values) => Values): Promise<Values[]> {
    const changed: Values[] = [];
    for (const found of this.scan(table, where)) {
      const values = await this.lock(found, where);
      if (values === undefined) continue;
      const after = { ...values, ...change(values) };
      this.#write(found.row, after);
      changed.push(after);
    }
    return changed;
  }

  async remove(table: string, where: Where): Promise<void> {
    for (const found of this.scan(table, where)) {
      if ((await this.lock(found, where)) !== undefined) this.#write(found.row, undefined);
    }
  }

  /** @returns false when the key is taken; an insert of it that is not committed yet is waited for */
  async insert(table: string, key: string, values: Values): Promise<boolean> {
    const rows = this.#db.table(table);
    for (let row = rows.get(key); row !== undefined; row = rows.get(key)) {
      if (row.newest(this.tx) !== undefined) return false;
      if (row.holder === this.tx || row.holder === undefined) break;
      await this.#db.locks.holderEnds(row, this.tx);
    }
    alive(this.tx);
    const row = rows.get(key) ?? new Row(table, key);
    rows.set(key, row);
    row.holder = this.tx;
    this.tx.rows.add(row);
    this.#write(row, values);
    return true;
  }

  /** `insert ... on conflict do update`: the row that is there is locked and changed, also one the snapshot does not show. */
  async upsert(table: string, key: string, values: Values, change: (before: Values) => Values): Promise<void> {
    while (!(await this.insert(table, key, values))) {
      const row = this.#db.table(table).get(key) as Row;
      if (row.touchedBy(this.tx))
        throw new PgError('21000', 'ON CONFLICT DO UPDATE command cannot affect row a second time');
      await this.#db.locks.take(row, this.tx);
      const before = row.newest(this.tx);
      if (before !== undefined) return this.#write(row, { ...before, ...change(before) });
    }
  }

  #write(row: Row, values: Values | undefined): void {
    alive(this.tx);
    row.writes.push({ values, command: this.tx.command });
  }
}
