import type { TransactionRunner } from '@cashloop/persistence';
import type { BoundRun } from '../consumer/subscriptions.ts';

const EVERY_MS = 60 * 60 * 1_000;

/** How long a repeated request or webhook is still known, and how long a settled dead letter stays to be looked at. */
const KEEP_DAYS = 90;

/** Removes what messaging no longer needs. Open dead letters stay for ever. */
export const housekeeping = (runner: TransactionRunner): BoundRun => ({
  options: { name: 'messaging-housekeeping', everyMs: EVERY_MS },
  call: async () => {
    await runner.run([], async (tx) => {
      await tx.query('delete from inbox where created_at < now() - make_interval(days => $1)', [KEEP_DAYS]);
      await tx.query(
        `delete from dead_letter where state in ('done', 'discarded') and updated_at < now() - make_interval(days => $1)`,
        [KEEP_DAYS],
      );
    });
  },
});
