import { jest } from '@jest/globals';
import { Command } from 'commander';
import pg from 'pg';
import { messagingMigrations } from '@cashloop/messaging/migrations';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { register as registerDeadLetters } from './dead-letters.ts';
import { register as registerOffsets } from './offsets.ts';
import { register as registerOutbox } from './outbox.ts';

describe('ops', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let printed: string[];

  beforeAll(async () => {
    database = await testDatabase({ migrations: messagingMigrations });
    process.env['CREDIT_SCORING_DATABASE_URL'] = database.url;
    process.env['CASHLOOP_OPERATOR'] = 'ada';
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    jest.spyOn(console, 'log').mockImplementation((line: unknown) => void printed.push(String(line)));
  });
  beforeEach(() => void (printed = []));
  afterAll(async () => {
    await client.end();
    await database.close();
  });

  const ops = async (line: string): Promise<string> => {
    const program = new Command();
    for (const register of [registerDeadLetters, registerOffsets, registerOutbox]) register(program);
    await program.parseAsync(line.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? [], {
      from: 'user',
    });
    return printed.join('\n');
  };
  const actions = async (): Promise<unknown[]> => {
    const { rows } = await client.query<{ value: string; key: string }>(
      `delete from outbox where topic = 'cashloop.ops.v1' returning value, key`,
    );
    return rows.map(({ value, key }) => {
      const { action, target, reason, performed_by } = JSON.parse(value) as Record<string, string>;
      return { key, action, target, reason, performed_by };
    });
  };
  const letter = async (state: string): Promise<string> => {
    const { rows } = await client.query<{ id: string }>(
      `insert into dead_letter (projection, topic, partition, record_offset, event_type, org_id, headers, value, record_time, state, error_code, error)
       values ('p', 't', 0, (select count(*) from dead_letter), 'invoice_paid', '7', '[["ce_id","YWJj"]]', '{"a":1}', 0, $1, 'x.bad', 'Error: bad') returning id`,
      [state],
    );
    return rows[0]?.id ?? '';
  };

  test('dead letters are listed, shown, retried and discarded, with an audit', async () => {
    const id = await letter('parked');
    expect(await ops('dead-letters list credit-scoring')).toContain('invoice_paid');
    expect(await ops(`dead-letters show credit-scoring ${id}`)).toContain('header ce_id: abc');
    await ops(`dead-letters retry credit-scoring ${id} --reason "fixed now"`);
    expect((await client.query('select state, attempts from dead_letter where id = $1', [id])).rows).toEqual([
      { state: 'retrying', attempts: 0 },
    ]);
    await ops(`dead-letters discard credit-scoring --all --reason noise`);
    expect(await actions()).toEqual([
      {
        key: '7:credit-scoring',
        action: 'dead_letter_retried',
        target: `dead letter ${id}: p t/0@0`,
        reason: 'fixed now',
        performed_by: 'ada',
      },
      {
        key: '7:credit-scoring',
        action: 'dead_letter_discarded',
        target: `dead letter ${id}: p t/0@0`,
        reason: 'noise',
        performed_by: 'ada',
      },
    ]);
    await expect(ops(`dead-letters retry credit-scoring ${id} --reason again`)).rejects.toThrow('No open dead letter');
  });

  test('offsets are shown and set, with an audit; a stop ends', async () => {
    await client.query(
      `insert into consumer_offset values ('p', 't', 0, 40, 'id', 5, now(), 'gone', now()), ('p', 't', 1, 7, null, null, null, null, null)`,
    );
    expect(await ops('offsets show credit-scoring')).toContain('gone');
    expect(
      await ops('offsets set credit-scoring --projection p --topic t --partition 0 --to start --reason "made again"'),
    ).toContain('p t/0: 40 -> 0');
    const { rows } = await client.query(
      'select next_offset, last_id, stopped_reason from consumer_offset order by partition',
    );
    expect(rows).toEqual([
      { next_offset: '0', last_id: null, stopped_reason: null },
      { next_offset: '7', last_id: null, stopped_reason: null },
    ]);
    expect(await actions()).toEqual([
      {
        key: '1:credit-scoring',
        action: 'offsets_set',
        target: 'p t/0: 40 -> 0',
        reason: 'made again',
        performed_by: 'ada',
      },
    ]);
    await expect(ops('offsets set credit-scoring --projection q --topic t --to 1 --reason x')).rejects.toThrow(
      'reads no such partition',
    );
  });

  test('a refused event is shown and set aside', async () => {
    await client.query(
      `insert into outbox (topic, key, headers, value, error) values ('t', 'k', '{"org_id": "3", "ce_type": "big"}', '{}', 'too large')`,
    );
    const [row] = (await client.query<{ id: string }>('select id from outbox')).rows;
    expect(await ops('outbox credit-scoring')).toContain('too large');
    await ops(`outbox park credit-scoring ${row?.id} --reason "ticket 12"`);
    expect(await actions()).toMatchObject([{ key: '3:credit-scoring', action: 'outbox_parked' }]);
    expect((await client.query('select parked_at is null as waits from outbox')).rows).toEqual([{ waits: false }]);
  });

  test('an unknown service is refused with the known names', async () => {
    await expect(ops('outbox credit')).rejects.toThrow('There is no service "credit"');
  });
});
