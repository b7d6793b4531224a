import type { EntityManager } from 'typeorm';

/**
 * An open transaction. Only `TransactionRunner` makes one, so a function that asks for a `Tx` cannot run outside of one.
 *
 * Values come back as Postgres sends them where JavaScript would lose something: int8 and numeric as strings, `date` as
 * 'YYYY-MM-DD'; timestamptz as Date.
 */
export interface Tx {
  /** Runs one statement and answers its rows. */
  query<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  /**
   * The same as a named prepared statement: Postgres parses and plans it once per connection. For hot paths.
   * One name always stands for one text.
   */
  prepared<R = Record<string, unknown>>(name: string, sql: string, params?: readonly unknown[]): Promise<R[]>;
  /** TypeORM on the same connection, inside this transaction. */
  readonly manager: EntityManager;
  /** The orgs whose rows this transaction sees and may write. */
  readonly orgs: readonly string[];
}
