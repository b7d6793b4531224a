import type { Command } from 'commander';
import type pg from 'pg';
import { describeFault, UserFault } from '../local/faults.ts';
import { recordAction } from './connect/audit.ts';
import { type Held, heldOf } from './connect/broker-ranges.ts';
import { printRows } from './connect/print-rows.ts';
import { reasonOption } from './connect/reason.ts';
import { inDatabaseOf, type Row } from './connect/service-database.ts';
import { knownService } from './connect/service-environment.ts';
import { destinationOf, type Move, nextOffsets, type Standing } from './offsets/destination.ts';

interface Options {
  projection: string;
  topic: string;
  partition?: string;
  to: string;
  reason: string;
}

interface Target extends Move, Pick<Options, 'projection' | 'partition' | 'reason'> {}

interface Read extends Row {
  projection: string;
  topic: string;
  partition: number;
  next: string;
}

async function show(service: string): Promise<void> {
  const { rows } = await inDatabaseOf(service, (client) =>
    client.query<Read>(
      `select projection, topic, partition, next_offset as next, handled_at, stopped_reason as stopped
       from consumer_offset order by stopped_at nulls last, projection, topic, partition`,
    ),
  );
  const held = await heldIfKnown(service, rows);
  const shown = rows.map(({ projection, topic, partition, next, ...rest }): Row => {
    const { first, end } = held.get(`${topic}/${partition}`) ?? {};
    return { projection, topic, partition, next, first: String(first ?? ''), end: String(end ?? ''), ...rest };
  });
  printRows(shown, `${service} has read nothing yet.`);
}

/** A broker that is away is often why somebody looks: what the database knows is shown all the same. */
async function heldIfKnown(service: string, rows: readonly Read[]): Promise<Map<string, Held>> {
  if (rows.length === 0) return new Map();
  try {
    return await heldOf(
      service,
      rows.map(({ topic }) => topic),
    );
  } catch (error) {
    console.error(`What the broker holds is not shown. ${describeFault(error)}`);
    return new Map();
  }
}

async function set(service: string, { to: asked, topic, ...options }: Options): Promise<void> {
  const to = destinationOf(asked, options.partition);
  const held = await heldOf(knownService(service), [topic]);
  const lines = await inDatabaseOf(service, (client) => move(client, { service, topic, to, ...options }, held));
  for (const line of lines) console.log(line);
  console.log('A running service notices within seconds.');
}

/** Locks first and updates in a second statement: a running batch may move the offset while we wait for its lock. */
async function move(client: pg.Client, target: Target, held: ReadonlyMap<string, Held>): Promise<string[]> {
  const { service, projection, topic, to, reason } = target;
  const rows = await lockedRows(client, target);
  const offsets = nextOffsets(target, rows, held);
  await client.query(
    `update consumer_offset o set next_offset = n.next, last_id = null, last_time = null, stopped_reason = null,
       stopped_at = null
     from unnest($3::int[], $4::bigint[]) n (partition, next)
     where projection = $1 and topic = $2 and o.partition = n.partition`,
    [projection, topic, rows.map((row) => row.partition), offsets.map(String)],
  );
  const lines: string[] = [];
  for (const [i, { partition, next, stopped }] of rows.entries()) {
    const cleared = to === 'current' && stopped !== null ? `, stop cleared: ${stopped}` : '';
    const line = `${projection} ${topic}/${partition}: ${next} -> ${offsets[i]}${cleared}`;
    await recordAction(client, { service, action: 'offsets_set', target: line, reason });
    lines.push(line);
  }
  return lines;
}

/** Where the partitions are not named, `current` concerns only those that are stopped: others keep their last record. */
async function lockedRows(client: pg.Client, target: Target): Promise<(Standing & { stopped: string | null })[]> {
  const { service, projection, topic, partition, to } = target;
  const { rows } = await client.query<{ partition: number; next: string; stopped: string | null }>(
    `select partition, next_offset as next, stopped_reason as stopped from consumer_offset
     where projection = $1 and topic = $2 and ($3::int is null or partition = $3) order by partition for update`,
    [projection, topic, partition],
  );
  const next = `npm run ops -- offsets show ${service}`;
  if (rows.length === 0) throw new UserFault(`${service} reads no such partition.`, next);
  const meant = to === 'current' && partition === undefined ? rows.filter(({ stopped }) => stopped !== null) : rows;
  if (meant.length === 0)
    throw new UserFault(`No partition of ${topic} that ${projection} reads in ${service} is stopped.`, next);
  return meant.map((row) => ({ ...row, next: BigInt(row.next) }));
}

export function register(program: Command): void {
  const offsets = program.command('offsets').description('what each projection of a service has read');
  offsets
    .command('show <service>', { isDefault: true })
    .description(
      'list the next offset of each partition beside what the broker holds (its first offset, and its end, which the next record gets), stopped ones first with the reason',
    )
    .addHelpText('after', '\nExample: npm run ops -- offsets show credit-scoring')
    .action(show);
  offsets
    .command('set <service>')
    .description(
      'let a stopped partition go on, from where it stands or from elsewhere. Handlers keep the newest version of each document, so reading again does no harm; skipping loses events',
    )
    .requiredOption('--projection <name>')
    .requiredOption('--topic <name>')
    .option('--partition <number>', 'one of them; left out: all for "start", all stopped ones for "current"')
    .requiredOption(
      '--to <place>',
      '"current" clears the stop and forgets the last record read, which is no longer compared; "start" is the first record that the broker holds; a number is the next offset to read of one partition',
    )
    .addOption(reasonOption())
    .addHelpText(
      'after',
      `
Example: npm run ops -- offsets set credit-scoring --projection credit-receivables --topic cashloop.receivable.v1 --to current --reason "1.2.1 knows this version"
Example: npm run ops -- offsets set credit-scoring --projection credit-receivables --topic cashloop.receivable.v1 --partition 3 --to start --reason "topic made again"`,
    )
    .action(set);
}
