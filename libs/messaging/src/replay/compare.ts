import type { TransactionRunner } from '@cashloop/persistence';
import { differingBuckets, linesOf, stateSnapshot, type StateSnapshot } from './state-hash.ts';

/** Lines one side has and the other has not. */
export interface Difference {
  readonly onlyLive: string[];
  readonly onlyReplay: string[];
}

/** One of the two states: the live tables, or the rebuilt ones. */
export interface StateSide {
  readonly runner: TransactionRunner;
  readonly orgs: readonly string[];
  readonly state: string;
  readonly customers: readonly string[] | null;
  readonly projections: readonly string[];
}

export const snapshotOf = ({ runner, orgs, state, customers, projections }: StateSide): Promise<StateSnapshot> =>
  runner.read(orgs, (tx) => stateSnapshot(tx, state, customers, projections));

export const hasLines = ({ runner, orgs, state, customers }: StateSide): Promise<boolean> =>
  runner.read(orgs, async (tx) => (await tx.query(`select from (${state}) state limit 1`, [customers])).length > 0);

const SHOWN_MAX = 10;

/** The first lines that differ, for a person to look at. */
export async function differenceOf(live: StateSide, replay: StateSide): Promise<Difference> {
  const buckets = differingBuckets(await snapshotOf(live), await snapshotOf(replay));
  const lines = async ({ runner, orgs, state, customers }: StateSide): Promise<Set<string>> =>
    new Set(await runner.read(orgs, (tx) => linesOf(tx, state, customers, buckets)));
  const [mine, theirs] = [await lines(replay), await lines(live)];
  return {
    onlyLive: [...theirs].filter((line) => !mine.has(line)).slice(0, SHOWN_MAX),
    onlyReplay: [...mine].filter((line) => !theirs.has(line)).slice(0, SHOWN_MAX),
  };
}
