import type { Command } from 'commander';
import {
  dropSchema,
  FamilyChanged,
  replay,
  type ReplayDatabase,
  ReplayRuns,
  schemaOf,
  StopPartition,
} from '@cashloop/messaging/replay';
import { UserFault } from '../local/faults.ts';
import { envName } from '../parts.ts';
import { recordAction } from './connect/audit.ts';
import { reasonOption, saidWhy } from './connect/reason.ts';
import { brokerOf } from './connect/service-broker.ts';
import { inDatabaseOf } from './connect/service-database.ts';
import { databaseUrlOf, migratorUrlOf } from './connect/service-environment.ts';
import { stderrLog } from './connect/stderr-log.ts';
import { planOf } from './replay/plan.ts';
import { failed, progressLines, reportLines } from './replay/report.ts';
import { type ReplayOptions, requestOf } from './replay/request.ts';

async function run(options: ReplayOptions): Promise<void> {
  const request = requestOf(options);
  const why = options.drop ? saidWhy(options.reason, 'give --drop a --reason "...", which the audit keeps') : undefined;
  const plan = await planOf(request.projection);
  const database = databaseOf(plan.service);
  if (why !== undefined) return drop(plan.service, schemaOf(request), database, why);
  const broker = brokerOf(plan.service, 'cashloop-replay');
  try {
    const onProgress = progressLines((line) => console.error(line));
    const work = { plan, request, database, broker, log: stderrLog, onProgress };
    const report = await replay(work).catch(explained);
    for (const line of reportLines(request.projection, report)) console.log(line);
    if (failed(report)) process.exitCode = 1;
  } finally {
    await broker.close();
  }
}

/** The record is stored first and committed last: what cannot be recorded stays, and what stays is not recorded. */
async function drop(service: string, schema: string, database: ReplayDatabase, reason: string): Promise<void> {
  const removed = await inDatabaseOf(service, async (client) => {
    const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [schema]);
    if (rowCount === 0) return false;
    await recordAction(client, { service, action: 'replay_dropped', target: `schema ${schema}`, reason });
    await client.query('set local idle_in_transaction_session_timeout = 0'); // a large one takes its time
    return dropSchema(schema, database).catch(explained);
  });
  console.log(removed ? `Schema ${schema} is removed.` : `There is no schema ${schema}: nothing was rebuilt.`);
}

function databaseOf(service: string): ReplayDatabase {
  const migratorUrl = migratorUrlOf(service);
  if (migratorUrl !== undefined) return { url: databaseUrlOf(service), migratorUrl };
  throw new UserFault(
    `It is not known who owns the tables of ${service}, who alone may make a schema.`,
    `npm start, or set ${envName(service)}_MIGRATOR_URL`,
  );
}

/** What the operator can act on becomes a sentence; anything else is our mistake and keeps its stack. */
function explained(error: unknown): never {
  const { code, message } = error as { code?: string; message: string };
  if (error instanceof ReplayRuns) throw new UserFault(`This replay runs already: ${message}.`, 'wait for it');
  if (error instanceof StopPartition || error instanceof FamilyChanged)
    throw new UserFault(
      `The replay stopped: ${message}.`,
      'the same command with --drop --reason "...", then again from the start',
    );
  if (code === '42501')
    throw new UserFault(`Postgres refuses: ${message}.`, 'let the migrator create schemas in this database');
  if (code === 'ECONNREFUSED' || /Connection (error|timeout)|ECONNREFUSED/.test(message))
    throw new UserFault(`A server does not answer: ${message}.`, 'npm run status, then the same command: it goes on');
  throw error;
}

export function register(program: Command): void {
  program
    .command('replay')
    .description(
      'rebuild a projection from its topics into a schema of its own, and compare it with the live one. Sends nothing and publishes nothing; handlers see recorded times. The same command again goes on where it ended. Exit status 1 when the states differ, or when nothing is known of a customer or org asked for',
    )
    .requiredOption('--projection <name>', 'one that "ops -- projections show" marks')
    .option('--from <time|offset>', 'first record, included: a recorded time, or an offset in every partition')
    .option('--to <time|offset>', 'end, not included; what the live projection has read when left out')
    .option('--filter <field=ids...>', 'customer=42,43 or org=1: only their records, with all that hangs on them')
    .option('--drop', 'remove the schema replay_... that the same options made; live tables stay as they are')
    .addOption(reasonOption({ optional: true }))
    .addHelpText(
      'after',
      `
Example: npm run ops -- replay --projection credit-receivables
Example: npm run ops -- replay --projection credit-receivables --filter customer=42
Example: npm run ops -- replay --projection credit-receivables --to 2026-03-01T08:00:00Z
Example: npm run ops -- replay --projection credit-receivables --drop --reason "compared, ticket 12"`,
    )
    .action(run);
}
