import type { Judged } from './ledger.ts';

/** The limit of every account, in cents: invoices cross it again and again. */
export const limitMinor = 80_000n;

/** What a topic said of one account: over its limit or not, at which exposure. */
export interface Telling {
  over: boolean;
  exposure: bigint;
}

/** What must be told of a breach: each crossing of the limit, once. */
export function breachesOf(changes: readonly Judged[]): Telling[] {
  const told: Telling[] = [];
  for (const { whole } of changes) {
    const over = whole > limitMinor;
    if (over !== (told.at(-1)?.over ?? false)) told.push({ over, exposure: whole });
  }
  return told;
}

/** What must be told of a hold: where it comes and goes, and each other exposure while it stands. */
export function holdsOf(changes: readonly Judged[]): Telling[] {
  const told: Telling[] = [];
  for (const { whole } of changes) {
    const over = whole > limitMinor;
    const before = told.at(-1);
    if (over ? !before?.over || before.exposure !== whole : before?.over) told.push({ over, exposure: whole });
  }
  return told;
}

/**
 * Compares what was told with what had to be told, in order. When the rest of a change stays away for longer than an
 * account waits for it (its reader was killed between the two), the account is judged on the half of it, and again when
 * it is whole: these two may stand between.
 */
export function differences(
  wanted: readonly Telling[],
  told: readonly Telling[],
  changes: readonly Judged[],
): { lost: number; doubled: number } {
  const wholeOf = new Map(changes.map(({ half, whole }) => [half, whole]));
  let [at, lost, doubled] = [0, 0, 0];
  for (let i = 0; i < told.length; i += 1) {
    const { over, exposure } = told[i]!;
    const found = wanted.findIndex((one, j) => j >= at && one.over === over && one.exposure === exposure);
    if (found === at) at += 1;
    else if (wholeOf.has(exposure) && wholeOf.get(exposure) === told[i + 1]?.exposure) i += 1;
    else if (found < 0) doubled += 1;
    else [lost, at] = [lost + found - at, found + 1];
  }
  return { lost: lost + wanted.length - at, doubled };
}
