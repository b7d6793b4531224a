// The checks themselves belong to the compliance service: the program that appends and the one that verifies share them.
// They are loaded compiled, as its migrations are: tools do not import services.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../local/folders.ts';

export type Query = <R>(sql: string, params?: unknown[]) => Promise<R[]>;

export interface Mismatch {
  topic: string;
  partition: number;
  /** 0 when the vault has no such record. */
  sequence: bigint;
  why: string;
}

export interface ChainReport {
  records: number;
  partitions: number;
  mismatches: Mismatch[];
}

export interface SliceReport {
  compared: number;
  repeats: number;
  mismatches: Mismatch[];
}

interface ComplianceCode {
  checkChains(query: Query, options: { from?: bigint; topic?: string }): Promise<ChainReport>;
  checkSlice(
    query: Query,
    slice: { topic: string; partition: number; from: bigint; to: bigint; records: readonly unknown[] },
  ): Promise<SliceReport>;
  outsideBroker(
    query: Query,
    partition: { topic: string; partition: number; first: bigint; end: bigint },
  ): Promise<{ before: number; after: number }>;
}

/** The compliance service's own code for checking a vault. */
export async function complianceCode(): Promise<ComplianceCode> {
  const load = (file: string): Promise<object> =>
    import(pathToFileURL(join(root, 'services', 'compliance', 'dist', 'stores', file)).href) as Promise<object>;
  return { ...(await load('vault-chain.view.js')), ...(await load('vault-broker.view.js')) } as ComplianceCode;
}
