import type { Head } from '../domain/vault-record.ts';
import { ChainCheck } from '../domain/verify.ts';
import type { Mismatch } from '../domain/verify.ts';
import { toRecord, VAULT_COLUMNS } from './vault-record.row.ts';
import type { VaultRecordRow } from './vault-record.row.ts';

/** Runs one statement on a connection that sees all orgs' records: the owner of the tables. */
export type Query = <R>(sql: string, params?: unknown[]) => Promise<R[]>;

export interface ChainOptions {
  /** First sequence to recompute; the chain before it is taken as it is. */
  from?: bigint;
  topic?: string;
}

export interface ChainReport {
  records: number;
  partitions: number;
  /** The first one of each partition. */
  mismatches: Mismatch[];
}

const PAGE_ROWS = 500;

/**
 * Recomputes every chain and compares its end with the heads table, in constant memory. Wants to be called inside a
 * repeatable-read transaction: else a record appended meanwhile looks like a mismatch.
 */
export async function checkChains(query: Query, { from = 1n, topic }: ChainOptions = {}): Promise<ChainReport> {
  const heads = await readHeads(query, topic);
  const report: ChainReport = { records: 0, partitions: 0, mismatches: [] };
  let at: { place: string; check: ChainCheck } | undefined;
  const finish = (): void => {
    if (at === undefined) return;
    const mismatch = at.check.end(heads.get(at.place));
    heads.delete(at.place);
    report.partitions += 1;
    if (mismatch !== undefined) report.mismatches.push(mismatch);
  };
  for await (const row of rows(query, from, topic)) {
    const place = placeOf(row);
    if (at?.place !== place) {
      finish();
      at = { place, check: new ChainCheck(row.topic, row.partition, from) };
    }
    at.check.feed(toRecord(row));
    report.records += 1;
  }
  finish();
  report.mismatches.push(...emptied(heads, from));
  return report;
}

/** Partitions of which no record is left, although the heads table knows some. */
function emptied(heads: Map<string, Head>, from: bigint): Mismatch[] {
  return [...heads.values()]
    .filter((head) => head.nextSequence > from)
    .map((head) => new ChainCheck(head.topic, head.partition, from).end(head))
    .filter((mismatch) => mismatch !== undefined);
}

/** A cursor, not pages by key: a row that stands twice must be seen twice. */
async function* rows(query: Query, from: bigint, topic: string | undefined): AsyncGenerator<VaultRecordRow> {
  await query(
    `declare vault_rows no scroll cursor for select ${VAULT_COLUMNS} from vault_record
      where sequence >= $1 and ($2::text is null or topic = $2) order by topic, partition, sequence`,
    [from, topic ?? null],
  );
  for (;;) {
    const page = await query<VaultRecordRow>(`fetch ${PAGE_ROWS} from vault_rows`);
    yield* page;
    if (page.length < PAGE_ROWS) break;
  }
  await query(`close vault_rows`);
}

async function readHeads(query: Query, topic: string | undefined): Promise<Map<string, Head>> {
  const found = await query<{ topic: string; partition: number; next_sequence: string; hash: Buffer }>(
    `select topic, partition, next_sequence, hash from vault_head where $1::text is null or topic = $1`,
    [topic ?? null],
  );
  return new Map(found.map((row) => [placeOf(row), { ...row, nextSequence: BigInt(row.next_sequence) }]));
}

const placeOf = ({ topic, partition }: { topic: string; partition: number }): string => `${topic}/${partition}`;
