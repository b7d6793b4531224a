import type { Command } from 'commander';
import type pg from 'pg';
import { UserFault } from '../local/faults.ts';
import { recordAction } from './connect/audit.ts';
import { printRows } from './connect/print-rows.ts';
import { inDatabaseOf, type Row } from './connect/service-database.ts';

interface Target {
  projection: string;
  topic: string;
  partition?: string;
  to: string;
  reason: string;
}

interface Moved {
  partition: number;
  was: string;
}

async function show(service: string): Promise<void> {
  const { rows } = await inDatabaseOf(service, (client) =>
    client.query<Row>(
      `select projection, topic, partition, next_offset as next, handled_at, stopped_reason as stopped
       from consumer_offset order by stopped_at nulls last, projection, topic, partition`,
    ),
  );
  printRows(rows, `${service} has read nothing yet.`);
}

async function set(service: string, { projection, topic, partition, to, reason }: Target): Promise<void> {
  const next = to === 'start' ? '0' : to;
  if (!/^\d+$/.test(next)) throw new UserFault(`"${to}" is not an offset.`, 'give --to a number, or "start"');
  if (partition !== undefined && !/^\d+$/.test(partition))
    throw new UserFault(`"${partition}" is not a partition.`, 'give --partition a number, or leave it out for all');
  const moved = await inDatabaseOf(service, (client) =>
    move(client, service, { projection, topic, partition, to: next, reason }),
  );
  for (const row of moved) console.log(`${projection} ${topic}/${row.partition}: ${row.was} -> ${next}`);
  console.log('A running service notices within seconds.');
}

/** Locks first and updates in a second statement: a running batch may move the offset while we wait for its lock. */
async function move(
  client: pg.Client,
  service: string,
  { projection, topic, partition, to, reason }: Target,
): Promise<Moved[]> {
  const { rows } = await client.query<Moved>(
    `select partition, next_offset as was from consumer_offset
     where projection = $1 and topic = $2 and ($3::int is null or partition = $3) order by partition for update`,
    [projection, topic, partition],
  );
  if (rows.length === 0)
    throw new UserFault(`${service} reads no such partition.`, `npm run ops -- offsets show ${service}`);
  await client.query(
    `update consumer_offset set next_offset = $4, last_id = null, last_time = null, stopped_reason = null, stopped_at = null
     where projection = $1 and topic = $2 and partition = any($3::int[])`,
    [projection, topic, rows.map((row) => row.partition), to],
  );
  for (const row of rows) {
    const target = `${projection} ${topic}/${row.partition}: ${row.was} -> ${to}`;
    await recordAction(client, { service, action: 'offsets_set', target, reason });
  }
  return rows;
}

export function register(program: Command): void {
  const offsets = program.command('offsets').description('what each projection of a service has read');
  offsets
    .command('show <service>', { isDefault: true })
    .description('list the next offset of each partition, stopped ones first with the reason')
    .addHelpText('after', '\nExample: npm run ops -- offsets show credit-scoring')
    .action(show);
  offsets
    .command('set <service>')
    .description(
      'move an offset, which also lets a stopped partition go on. Handlers keep the newest version of each document, so reading again does no harm; skipping loses events',
    )
    .requiredOption('--projection <name>')
    .requiredOption('--topic <name>')
    .option('--partition <number>', 'all partitions when left out')
    .requiredOption('--to <offset>', 'next offset to read, or "start"')
    .requiredOption('--reason <words>', 'why; kept in the audit')
    .addHelpText(
      'after',
      '\nExample: npm run ops -- offsets set credit-scoring --projection credit-receivables --topic cashloop.receivable.v1 --partition 3 --to start --reason "topic made again"',
    )
    .action(set);
}
