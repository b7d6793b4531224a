import type { PoolClient, QueryResult } from 'pg';
import type { EntityManager, QueryRunner } from 'typeorm';
import { arrayParam } from './array-param.ts';
import type { Tx } from './tx.ts';

/** A statement to run as part of something else. */
export interface Statement {
  /** Given for a prepared statement. */
  name?: string;
  sql: string;
  params?: readonly unknown[];
}

/** The `Tx` that `TransactionRunner` hands out. */
export class OpenTx implements Tx {
  readonly orgs: readonly string[];
  readonly #client: PoolClient;
  readonly #queryRunner: QueryRunner;
  #closing: Statement | undefined;

  constructor(client: PoolClient, queryRunner: QueryRunner, orgs: readonly string[]) {
    this.#client = client;
    this.#queryRunner = queryRunner;
    this.orgs = orgs;
  }

  get manager(): EntityManager {
    return this.#queryRunner.manager;
  }

  async query<R>(sql: string, params: readonly unknown[] = []): Promise<R[]> {
    return this.#rows(await this.#client.query(sql, params.map(arrayParam)));
  }

  async prepared<R>(name: string, sql: string, params: readonly unknown[] = []): Promise<R[]> {
    return this.#rows(await this.#client.query({ name, text: sql, values: params.map(arrayParam) }));
  }

  /** Sends a last statement in the same round trip as the commit. Nothing commits when it fails. */
  closeWith(statement: Statement): void {
    this.#closing = statement;
  }

  /** @throws what the closing statement or the commit failed with; then nothing is committed, or nobody knows */
  async commit(): Promise<void> {
    const closing = this.#closing && this.#send(this.#closing);
    const commit = this.#client.query('commit');
    const [closed, committed] = await Promise.allSettled([closing, commit]);
    if (closed.status === 'rejected') throw closed.reason;
    if (committed.status === 'rejected') throw committed.reason;
    if (committed.value.command !== 'COMMIT') throw new SwallowedError();
  }

  #send(statement: Statement): Promise<QueryResult> {
    const { name, sql, params = [] } = statement;
    return this.#client.query({ name, text: sql, values: params.map(arrayParam) });
  }

  #rows<R>(result: QueryResult): R[] {
    return (Array.isArray(result) ? (result.at(-1) as QueryResult).rows : result.rows) as R[];
  }
}

/** Somebody caught a failed statement's error and went on: Postgres rolled everything back at commit. */
export class SwallowedError extends Error {
  override readonly name = 'SwallowedError';

  constructor() {
    super(
      'a statement of this transaction failed and its error was swallowed, so nothing was committed: let it through',
    );
  }
}
