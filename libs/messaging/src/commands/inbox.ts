import type { Tx } from '@cashloop/persistence';

/** Remembers what came from outside, so that the second delivery is known. */
export class Inbox {
  /** True the first time this (source, key) is seen by a transaction that commits. */
  async first(tx: Tx, source: string, key: string): Promise<boolean> {
    const rows = await tx.prepared(
      'inbox_first',
      'insert into inbox (source, key) values ($1, $2) on conflict do nothing returning 1',
      [source, key],
    );
    return rows.length > 0;
  }
}
