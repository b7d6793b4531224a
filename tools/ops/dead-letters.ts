import { type Command, Option } from 'commander';
import type pg from 'pg';
import { UserFault } from '../local/faults.ts';
import { limitOption, rowId } from './connect/arguments.ts';
import { recordAction } from './connect/audit.ts';
import { printRow, printRows } from './connect/print-rows.ts';
import { reasonOption } from './connect/reason.ts';
import { projectionsBuiltBy } from './connect/service-code.ts';
import { inDatabaseOf, type Row } from './connect/service-database.ts';
import { knownService } from './connect/service-environment.ts';

interface Choice {
  all?: boolean;
  reason: string;
}

/** As in the table, and two that mean several. */
const STATES = ['parked', 'retrying', 'done', 'discarded', 'open', 'all'];

async function list(service: string, { state, limit }: { state: string; limit: number }): Promise<void> {
  const { rows } = await inDatabaseOf(service, (client) =>
    client.query<Row>(
      `select id, state, projection, event_type as type, org_id as org, topic || '/' || partition || '@' || record_offset as at,
         attempts, error_code as error, created_at as since
       from dead_letter where $1 = 'all' or state = $1 or ($1 = 'open' and state in ('parked', 'retrying')) order by id limit $2`,
      [state, limit],
    ),
  );
  printRows(rows, `No dead letters of this kind in ${service}.`);
}

const listOf = (service: string): string => `npm run ops -- dead-letters list ${service}`;

async function show(service: string, asked: string): Promise<void> {
  const id = rowId(asked, listOf(service));
  const { rows } = await inDatabaseOf(service, (client) =>
    client.query<Row & { headers: unknown; value: unknown; key: unknown }>('select * from dead_letter where id = $1', [
      id,
    ]),
  );
  const [row] = rows;
  if (row === undefined) throw new UserFault(`No dead letter ${id} in ${service}.`, listOf(service));
  const { headers, value, key, ...fields } = row as unknown as Row & {
    headers: [name: string, base64: string | null][];
    value: Buffer | null;
    key: Buffer | null;
  };
  printRow({ ...fields, key: key?.toString() ?? null });
  for (const [name, base64] of headers)
    console.log(
      base64 === null ? `header ${name} has no value` : `header ${name}: ${Buffer.from(base64, 'base64').toString()}`,
    );
  console.log(`value: ${value?.toString() ?? ''}`);
}

type Action = 'retried' | 'discarded';

/** Both decisions concern parked or retrying letters only: what is done stays done. */
async function decide(service: string, asked: string | undefined, choice: Choice, action: Action): Promise<void> {
  if ((asked === undefined) === !choice.all)
    throw new UserFault('It is not clear which dead letters are meant.', 'give an id, or --all');
  const id = asked === undefined ? undefined : rowId(asked, listOf(service));
  const built = action === 'retried' ? await projectionsBuiltBy(knownService(service)) : undefined;
  const { changed, left } = await inDatabaseOf(service, async (client) => {
    const rows = await change(client, id, action, built);
    for (const { id, projection, at, org_id: orgId } of rows) {
      const target = `dead letter ${id}: ${projection} ${at}`;
      await recordAction(client, { service, action: `dead_letter_${action}`, target, reason: choice.reason, orgId });
    }
    return { changed: rows.length, left: built === undefined ? [] : await leftOut(client, id, built) };
  });
  if (changed === 0 && left.length === 0)
    throw new UserFault(`No open dead letter ${id ?? ''} in ${service}.`, listOf(service));
  if (changed > 0)
    console.log(action === 'retried' ? `${changed} tried again within seconds.` : `${changed} discarded.`);
  if (left.length > 0)
    throw new UserFault(
      `No handler of ${service} builds ${left.join(', ')} any more: its dead letters stay as they are.`,
      `npm run ops -- dead-letters discard ${service} ID --reason "..."`,
    );
}

interface Changed {
  id: string;
  projection: string;
  at: string;
  org_id: string | null;
}

/** @param built the projections whose letters may change; all when left out */
const change = async (
  client: pg.Client,
  id: string | undefined,
  action: Action,
  built: ReadonlySet<string> | undefined,
): Promise<Changed[]> => {
  const { rows } = await client.query<Changed>(
    `update dead_letter set updated_at = now(), state = $2, attempts = 0,
       next_attempt_at = case when $2 = 'retrying' then now() end
     where ($1::bigint is null or id = $1) and state in ('parked', 'retrying')
       and ($3::text[] is null or projection = any($3))
     returning id, projection, topic || '/' || partition || '@' || record_offset as at, nullif(org_id, '') as org_id`,
    [id, action === 'retried' ? 'retrying' : 'discarded', built && [...built]],
  );
  return rows;
};

/** Projections of open letters that nobody would ever try again. */
async function leftOut(client: pg.Client, id: string | undefined, built: ReadonlySet<string>): Promise<string[]> {
  const { rows } = await client.query<{ projection: string }>(
    `select distinct projection from dead_letter
     where ($1::bigint is null or id = $1) and state in ('parked', 'retrying') and projection <> all($2) order by 1`,
    [id, [...built]],
  );
  return rows.map(({ projection }) => projection);
}

export function register(program: Command): void {
  const letters = program.command('dead-letters').description('events that a handler could not take');
  letters
    .command('list <service>', { isDefault: true })
    .addOption(new Option('--state <state>', 'which of them').choices(STATES).default('open'))
    .addOption(limitOption(50))
    .addHelpText('after', '\nExample: npm run ops -- dead-letters list credit-scoring')
    .action(list);
  letters
    .command('show <service> <id>')
    .description('one of them whole: headers, value, error with its stack')
    .addHelpText('after', '\nExample: npm run ops -- dead-letters show credit-scoring 7')
    .action(show);
  letters
    .command('retry <service> [id]')
    .description('hand it to its handler again, three times at most')
    .option('--all', 'all open ones')
    .addOption(reasonOption())
    .addHelpText('after', '\nExample: npm run ops -- dead-letters retry credit-scoring 7 --reason "fixed in 1.2.1"')
    .action((service: string, id: string | undefined, choice: Choice) => decide(service, id, choice, 'retried'));
  letters
    .command('discard <service> [id]')
    .description('give it up; it stays on record')
    .option('--all', 'all open ones')
    .addOption(reasonOption())
    .addHelpText('after', '\nExample: npm run ops -- dead-letters discard credit-scoring 7 --reason "test data"')
    .action((service: string, id: string | undefined, choice: Choice) => decide(service, id, choice, 'discarded'));
}
