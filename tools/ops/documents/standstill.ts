import type { OwnedDocuments, Query } from '@cashloop/messaging/ops';
import { UserFault } from '../../local/faults.ts';

/**
 * Keeps the documents of a service as they are until the transaction ends, also from one that starts meanwhile.
 * @throws a sentence while the service runs: it would go on with versions that it read before
 */
export async function standStill(query: Query, { service, kinds }: OwnedDocuments): Promise<void> {
  const sessions = await query<{ name: string }>(
    `select distinct application_name as name from pg_stat_activity
     where usename = current_user and datname = current_database() and application_name not like 'cashloop %' order by 1`,
  );
  if (sessions.length > 0)
    throw new UserFault(
      `${service} runs: its login has sessions of ${sessions.map(({ name }) => name || 'a nameless program').join(', ')}.`,
      'stop the service, then the same command',
    );
  const tables = [...new Set(kinds.map(({ table }) => table.split(' ')[0]))].sort();
  await query(`lock table ${tables.join(', ')} in exclusive mode`);
}
