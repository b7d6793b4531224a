import type { Command } from 'commander';
import type pg from 'pg';
import { switchProjection, SwitchRefused } from '@cashloop/messaging/ops';
import { UserFault } from '../local/faults.ts';
import { recordAction } from './connect/audit.ts';
import { heldOf } from './connect/broker-ranges.ts';
import { printRows } from './connect/print-rows.ts';
import { reasonOption } from './connect/reason.ts';
import { inDatabaseOf, queryOn, type Row } from './connect/service-database.ts';
import { replayedBy } from './replay/plan.ts';
import { type Reading, standingOf, type Switch } from './projections/standing.ts';

async function show(service: string): Promise<void> {
  const [readings, switches, openLetters] = await inDatabaseOf(service, async (client) => [
    await readingsIn(client),
    (await client.query<Switch>('select projection, replaces, boundaries from projection_switch')).rows,
    await openLettersIn(client),
  ]);
  const held = await heldOf(
    service,
    readings.map(({ topic }) => topic),
  );
  const replayed = await replayedBy(service);
  const rows = [...Map.groupBy(readings, ({ projection, topic }) => `${projection} ${topic}`).values()].map(
    (own): Row => {
      const { projection, topic } = own[0] as Reading;
      const lag = own.reduce(
        (sum, { partition, next }) => sum + behind(held.get(`${topic}/${partition}`)?.end, next),
        0n,
      );
      const read = own.reduce((sum, { next }) => sum + next, 0n);
      return {
        projection,
        topic,
        read: String(read),
        lag: String(lag),
        is: standingOf(projection, readings, switches, openLetters),
        replay: replayed === undefined ? '?' : replayed.has(projection) ? 'yes' : 'no',
      };
    },
  );
  printRows(rows, `${service} has read nothing yet.`);
}

const behind = (end: bigint | undefined, next: bigint): bigint => (end !== undefined && end > next ? end - next : 0n);

async function readingsIn(client: pg.Client): Promise<Reading[]> {
  const { rows } = await client.query<Omit<Reading, 'next'> & { next: string }>(
    'select projection, topic, partition, next_offset as next from consumer_offset order by 1, 2, 3',
  );
  return rows.map((row) => ({ ...row, next: BigInt(row.next) }));
}

async function openLettersIn(client: pg.Client): Promise<Map<string, number>> {
  const { rows } = await client.query<{ projection: string; n: number }>(
    `select projection, count(*)::int as n from dead_letter where state in ('retrying', 'parked') group by 1`,
  );
  return new Map(rows.map(({ projection, n }) => [projection, n]));
}

async function switchTo(service: string, { to, reason }: { to: string; reason: string }): Promise<void> {
  const next = `npm run ops -- projections show ${service}`;
  const replaces = await inDatabaseOf(service, async (client) => {
    const query = queryOn(client);
    const switched = await switchProjection(query, to).catch((error: unknown) => {
      if (error instanceof SwitchRefused) throw new UserFault(`The switch is refused: ${error.message}.`, next);
      throw error;
    });
    const target = `${switched.replaces} -> ${to}: ${JSON.stringify(switched.boundaries)}`;
    await recordAction(client, { service, action: 'projection_switched', target, reason });
    return switched.replaces;
  });
  console.log(
    `${to} is the live projection now. ${replaces} still answers what it had before, its dead letters too; then its handler may go.`,
  );
  console.log(`Next: ${next}`);
}

export function register(program: Command): void {
  const projections = program
    .command('projections')
    .description('what a service builds from topics, and new projections built beside live ones');
  projections
    .command('show <service>', { isDefault: true })
    .description(
      'each projection with what it has read and what is left, whether it is live, built beside or replaced, and whether "ops -- replay" can rebuild it',
    )
    .addHelpText('after', '\nExample: npm run ops -- projections show credit-scoring')
    .action(show);
  projections
    .command('switch <service>')
    .description(
      'make a projection that was built beside a live one (@Handles with `beside`) the live one. From then on it answers new events; nothing is answered twice or not at all',
    )
    .requiredOption('--to <projection>', 'the new one')
    .addOption(reasonOption())
    .addHelpText(
      'after',
      '\nExample: npm run ops -- projections switch credit-scoring --to credit-receivables-2 --reason "new ageing rule"',
    )
    .action(switchTo);
}
