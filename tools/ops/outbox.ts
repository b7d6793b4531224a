import type { Command } from 'commander';
import { UserFault } from '../local/faults.ts';
import { limitOption, rowId } from './connect/arguments.ts';
import { recordAction } from './connect/audit.ts';
import { printRows } from './connect/print-rows.ts';
import { reasonOption } from './connect/reason.ts';
import { inDatabaseOf, type Row } from './connect/service-database.ts';

const LIST = `
  select id, topic, key, headers->>'ce_type' as type, (now() - created_at)::interval(0)::text as age,
    error, parked_at from outbox order by parked_at nulls first, id limit $1`;

async function show(service: string, { limit }: { limit: number }): Promise<void> {
  const [rows, count] = await inDatabaseOf(service, async (client) => {
    const list = await client.query<Row>(LIST, [limit]);
    const total = await client.query<{ n: string }>('select count(*) as n from outbox');
    return [list.rows, total.rows[0]?.n ?? '0'] as const;
  });
  printRows(rows, `The outbox of ${service} is empty: all its events are on the broker.`);
  if (Number(count) > rows.length) console.log(`${count} events in all; the oldest are shown.`);
}

async function park(service: string, asked: string, { reason }: { reason: string }): Promise<void> {
  const id = rowId(asked, `npm run ops -- outbox ${service}`);
  await inDatabaseOf(service, async (client) => {
    const parked = await client.query<{ org: string }>(
      `update outbox set parked_at = now() where id = $1 and parked_at is null returning headers->>'org_id' as org`,
      [id],
    );
    if (parked.rowCount === 0)
      throw new UserFault(`No waiting event ${id} in the outbox of ${service}.`, `npm run ops -- outbox ${service}`);
    await recordAction(client, {
      service,
      action: 'outbox_parked',
      target: `outbox ${id}`,
      reason,
      orgId: parked.rows[0]?.org,
    });
  });
  console.log(`Event ${id} is set aside. Later events of its key go out without it.`);
}

async function unpark(service: string, asked: string, { reason }: { reason: string }): Promise<void> {
  const id = rowId(asked, `npm run ops -- outbox ${service}`);
  await inDatabaseOf(service, async (client) => {
    const freed = await client.query<{ org: string }>(
      `update outbox set parked_at = null, error = null where id = $1 and parked_at is not null returning headers->>'org_id' as org`,
      [id],
    );
    if (freed.rowCount === 0)
      throw new UserFault(`No parked event ${id} in the outbox of ${service}.`, `npm run ops -- outbox ${service}`);
    await recordAction(client, {
      service,
      action: 'outbox_unparked',
      target: `outbox ${id}`,
      reason,
      orgId: freed.rows[0]?.org,
    });
  });
  console.log(`Event ${id} goes out again.`);
}

export function register(program: Command): void {
  const outbox = program.command('outbox').description('events that are stored but not yet on the broker');
  outbox
    .command('show <service>', { isDefault: true })
    .description('list them, oldest first, with the error of one the broker refused')
    .addOption(limitOption(20))
    .addHelpText('after', '\nExample: npm run ops -- outbox credit-scoring')
    .action(show);
  outbox
    .command('park <service> <id>')
    .description('set one aside that the broker refuses, so that the others go on')
    .addOption(reasonOption())
    .addHelpText('after', '\nExample: npm run ops -- outbox park credit-scoring 4711 --reason "too large, ticket 12"')
    .action(park);
  outbox
    .command('unpark <service> <id>')
    .description('send a parked one after all')
    .addOption(reasonOption())
    .addHelpText('after', '\nExample: npm run ops -- outbox unpark credit-scoring 4711 --reason "broker limit raised"')
    .action(unpark);
}
