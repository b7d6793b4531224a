import type { PoolClient, QueryResult } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { OpenTx } from './open-tx.ts';
import type { Tx } from './tx.ts';

const ORG_ID = /^[1-9]\d{0,17}$/;

export interface TransactionOptions {
  orgs: readonly string[];
  readOnly?: boolean;
  /** One SQL statement without parameters that shares the round trip of the begin; its rows go to `fn`. */
  opening?: string;
}

/** Opens transactions: the only way to a `Tx`. */
export class TransactionRunner {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Runs `fn` in a read-write transaction (read committed) that sees the rows of `orgs` only; rolls back on any error. */
  run<T>(orgs: readonly string[], fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.runWith({ orgs }, fn);
  }

  /** The same, read only. */
  read<T>(orgs: readonly string[], fn: (tx: Tx) => Promise<T>): Promise<T> {
    return this.runWith({ orgs, readOnly: true }, fn);
  }

  /** What messaging needs for its hot path: an opening statement and `OpenTx.closeWith`, which cost no round trip. */
  async runWith<T>(
    options: TransactionOptions,
    fn: (tx: OpenTx, opening: Record<string, unknown>[]) => Promise<T>,
  ): Promise<T> {
    const begin = beginSql(options);
    const queryRunner = this.#dataSource.createQueryRunner();
    try {
      const client = (await queryRunner.connect()) as PoolClient;
      try {
        const opening = await openingRows(client, begin, options.opening !== undefined);
        markOpen(queryRunner, true);
        const tx = new OpenTx(client, queryRunner, options.orgs);
        const result = await fn(tx, opening);
        await tx.commit();
        return result;
      } catch (error) {
        await rollback(client);
        throw error;
      }
    } finally {
      markOpen(queryRunner, false);
      await queryRunner.release();
    }
  }
}

function beginSql(options: TransactionOptions): string {
  const wrong = options.orgs.find((org) => !ORG_ID.test(org));
  if (wrong !== undefined) throw new Error(`not an org id: ${JSON.stringify(wrong)}`);
  const begin = options.readOnly ? 'begin read only' : 'begin';
  const orgs = `select set_config('cashloop.orgs', '{${options.orgs.join(',')}}', true)`;
  return [begin, orgs, options.opening].filter((part) => part !== undefined).join('; ');
}

async function openingRows(client: PoolClient, sql: string, wanted: boolean): Promise<Record<string, unknown>[]> {
  const results = (await client.query(sql)) as unknown as QueryResult[];
  return wanted ? ((results.at(-1)?.rows ?? []) as Record<string, unknown>[]) : [];
}

/** A rollback that fails means that the connection is gone, and the transaction with it. */
async function rollback(client: PoolClient): Promise<void> {
  await client.query('rollback').catch(() => undefined);
}

/** Tells TypeORM that we began: its own `transaction()` inside then makes savepoints instead of committing ours. */
function markOpen(queryRunner: QueryRunner, open: boolean): void {
  Object.assign(queryRunner, { isTransactionActive: open, transactionDepth: open ? 1 : 0 });
}
