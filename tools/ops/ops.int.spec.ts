import { jest } from '@jest/globals';
import { Command } from 'commander';
import pg from 'pg';
import { messagingMigrations } from '@cashloop/messaging/migrations';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { register as registerDeadLetters } from './dead-letters.ts';
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
    for (const register of [registerDeadLetters, registerOutbox]) register(program);
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
  const letter = async (state: string, headers = '[["ce_id","YWJj"]]'): Promise<string> => {
    const { rows } = await client.query<{ id: string }>(
      `insert into dead_letter (projection, topic, partition, record_offset, event_type, org_id, headers, value, record_time, state, error_code, error)
       values ('p', 't', 0, (select count(*) from dead_letter), 'invoice_paid', '7', $2, '{"a":1}', 0, $1, 'x.bad', 'Error: bad') returning id`,
      [state, headers],
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

  test('a header without a value is shown as one', async () => {
    const id = await letter('parked', '[["ce_id","YWJj"],["trace",null]]');
    expect(await ops(`dead-letters show credit-scoring ${id}`)).toMatch(
      /^header ce_id: abc\nheader trace has no value$/m,
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
    await expect(ops(`outbox park credit-scoring ${row?.id} --reason again`)).rejects.toThrow('No waiting event');
    expect(await actions()).toEqual([]);
  });

  test('a parked event goes out after all, with an audit; one that waits or is not there is refused', async () => {
    await client.query('delete from outbox');
    await client.query(
      `insert into outbox (topic, key, headers, value, error, parked_at) values ('t', 'k', '{"org_id": "3"}', '{}', 'too large', now())`,
    );
    const [row] = (await client.query<{ id: string }>('select id from outbox')).rows;
    const unpark = `outbox unpark credit-scoring ${row?.id} --reason "broker limit raised"`;
    expect(await ops(unpark)).toBe(`Event ${row?.id} goes out again.`);
    const [target, reason] = [`outbox ${row?.id}`, 'broker limit raised'];
    expect(await actions()).toEqual([
      { key: '3:credit-scoring', action: 'outbox_unparked', target, reason, performed_by: 'ada' },
    ]);
    expect((await client.query('select id, parked_at, error from outbox')).rows).toEqual([
      { id: row?.id, parked_at: null, error: null },
    ]);
    await expect(ops(unpark)).rejects.toThrow(`No parked event ${row?.id} in the outbox of credit-scoring.`);
    expect(await actions()).toEqual([]);
  });

  test('an unknown service is refused with the known names', async () => {
    await expect(ops('outbox credit')).rejects.toThrow('There is no service "credit"');
  });
});
