import type { Command } from 'commander';
import type pg from 'pg';
import { UserFault } from '../local/faults.ts';
import { recordAction } from './connect/audit.ts';
import { printRow, printRows } from './connect/print-rows.ts';
import { reasonOption } from './connect/reason.ts';
import { inDatabaseOf, type Row } from './connect/service-database.ts';

interface Choice {
  all?: boolean;
  reason: string;
}

async function list(service: string, { state, limit }: { state: string; limit: string }): Promise<void> {
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

async function show(service: string, id: string): Promise<void> {
  const { rows } = await inDatabaseOf(service, (client) =>
    client.query<Row & { headers: unknown; value: unknown; key: unknown }>('select * from dead_letter where id = $1', [
      id,
    ]),
  );
  const [row] = rows;
  if (row === undefined)
    throw new UserFault(`No dead letter ${id} in ${service}.`, `npm run ops -- dead-letters list ${service}`);
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

/** Both decisions concern parked or retrying letters only: what is done stays done. */
async function decide(
  service: string,
  id: string | undefined,
  choice: Choice,
  action: 'retried' | 'discarded',
): Promise<void> {
  if ((id === undefined) === !choice.all)
    throw new UserFault('It is not clear which dead letters are meant.', 'give an id, or --all');
  const changed = await inDatabaseOf(service, async (client) => {
    const { rows } = await change(client, id, action);
    for (const row of rows) {
      const target = `dead letter ${row.id}: ${row.projection} ${row.at}`;
      await recordAction(client, {
        service,
        action: `dead_letter_${action}`,
        target,
        reason: choice.reason,
        orgId: row.org_id,
      });
    }
    return rows.length;
  });
  if (changed === 0)
    throw new UserFault(
      `No open dead letter ${id ?? ''} in ${service}.`,
      `npm run ops -- dead-letters list ${service}`,
    );
  console.log(action === 'retried' ? `${changed} tried again within seconds.` : `${changed} discarded.`);
}

const change = (
  client: pg.Client,
  id: string | undefined,
  action: 'retried' | 'discarded',
): Promise<pg.QueryResult<{ id: string; projection: string; at: string; org_id: string | null }>> =>
  client.query(
    `update dead_letter set updated_at = now(), state = $2, attempts = 0,
       next_attempt_at = case when $2 = 'retrying' then now() end
     where ($1::bigint is null or id = $1) and state in ('parked', 'retrying')
     returning id, projection, topic || '/' || partition || '@' || record_offset as at, nullif(org_id, '') as org_id`,
    [id, action === 'retried' ? 'retrying' : 'discarded'],
  );

export function register(program: Command): void {
  const letters = program.command('dead-letters').description('events that a handler could not take');
  letters
    .command('list <service>', { isDefault: true })
    .option('--state <state>', 'parked, retrying, done, discarded, open or all', 'open')
    .option('--limit <rows>', 'most rows to show', '50')
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
