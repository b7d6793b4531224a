import { jest } from '@jest/globals';
import { Command } from 'commander';
import pg from 'pg';
import { messagingMigrations } from '@cashloop/messaging/migrations';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { register as registerDeadLetters } from './dead-letters.ts';
import { register as registerOutbox } from './outbox.ts';

jest.setTimeout(120_000); // the first retry loads a service

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
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
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
  const letter = async (state: string, headers = '[["ce_id","YWJj"]]', projection = 'credit-orgs'): Promise<string> => {
    const { rows } = await client.query<{ id: string }>(
      `insert into dead_letter (projection, topic, partition, record_offset, event_type, org_id, headers, value, record_time, state, error_code, error)
       values ($3, 't', 0, (select count(*) from dead_letter), 'invoice_paid', '7', $2, '{"a":1}', 0, $1, 'x.bad', 'Error: bad') returning id`,
      [state, headers, projection],
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
        target: `dead letter ${id}: credit-orgs t/0@0`,
        reason: 'fixed now',
        performed_by: 'ada',
      },
      {
        key: '7:credit-scoring',
        action: 'dead_letter_discarded',
        target: `dead letter ${id}: credit-orgs t/0@0`,
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

  test('a letter that no handler would take stays as it is, and is said to', async () => {
    await client.query('delete from dead_letter');
    const [own, gone] = [await letter('parked'), await letter('parked', '[]', 'credit-old')];
    const states = async (): Promise<unknown> =>
      (await client.query('select id, state from dead_letter order by id')).rows;
    const sentence = 'No handler of credit-scoring builds credit-old any more: its dead letters stay as they are.';
    await expect(ops(`dead-letters retry credit-scoring ${gone} --reason again`)).rejects.toThrow(sentence);
    expect(await actions()).toEqual([]);
    await expect(ops('dead-letters retry credit-scoring --all --reason again')).rejects.toThrow(sentence);
    expect(printed).toEqual(['1 tried again within seconds.']);
    expect(await states()).toEqual([
      { id: own, state: 'retrying' },
      { id: gone, state: 'parked' },
    ]);
    expect(await actions()).toMatchObject([{ target: `dead letter ${own}: credit-orgs t/0@0` }]);
    expect(await ops(`dead-letters discard credit-scoring ${gone} --reason noise`)).toContain('1 discarded.');
    await actions();
  });

  test.each([
    ['dead-letters show credit-scoring abc', '"abc" is no id: ids are numbers.'],
    ['dead-letters retry credit-scoring abc --reason x', '"abc" is no id'],
    ['dead-letters discard credit-scoring 99999999999999999999 --reason x', '"99999999999999999999" is no id'],
    ['dead-letters list credit-scoring --limit ten', '"ten" is no number of rows.'],
    ['dead-letters list credit-scoring --limit -1', '"-1" is no number of rows.'],
    [
      'dead-letters list credit-scoring --state park',
      'Allowed choices are parked, retrying, done, discarded, open, all',
    ],
    ['outbox show credit-scoring --limit 0', '"0" is no number of rows.'],
    ['outbox park credit-scoring x --reason x', '"x" is no id'],
    ['outbox unpark credit-scoring 1.5 --reason x', '"1.5" is no id'],
  ])('%s is refused with a sentence', async (line, sentence) => {
    await expect(ops(line)).rejects.toThrow(sentence);
  });

  test('a limit is kept', async () => {
    await client.query('delete from dead_letter');
    for (let n = 0; n < 3; n += 1) await letter('parked');
    expect((await ops('dead-letters list credit-scoring --limit 2')).match(/invoice_paid/g)).toHaveLength(2);
  });

  test('an unknown service is refused with the known names', async () => {
    await expect(ops('outbox credit')).rejects.toThrow('There is no service "credit"');
  });
});
