import { batchOf, controlLog, record } from './fabricated-batches.ts';
import { orgEvent } from './notes-service.ts';
import { ReaderStage } from './reader-stage.ts';

/** Row-level security: the transaction of a batch is opened for the orgs of its events, and for no other. */
describe('the orgs of a batch', () => {
  const stage = new ReaderStage();
  /** Per call of the handler: the orgs whose rows it saw. */
  let seen: string[] = [];
  const batch = batchOf([record(0n, orgEvent('1')), record(1n, orgEvent('2')), record(2n, orgEvent('1', 2))]);

  beforeEach(async () => {
    seen = [];
    await stage.query(`insert into seen values (1, 'a', 1), (2, 'b', 1), (3, 'c', 1)`);
    stage.before = async (_, { tx }) => {
      const rows = await tx.query<{ org_id: string }>(`select org_id from seen where event_id in ('a', 'b', 'c')`);
      seen.push(
        rows
          .map((row) => row.org_id)
          .sort()
          .join(),
      );
    };
  });

  test('a batch of orgs 1 and 2 sees the rows of both and none of org 3', async () => {
    await stage.reader().take(batch, controlLog());
    expect(seen).toEqual(['1,2']);
    expect(await stage.query(`select 1 from seen where position is not null`)).toHaveLength(3);
  });

  test('it cannot change a row of org 3, nor write one', async () => {
    const changed: unknown[] = [];
    stage.before = async (_, { tx }) => {
      changed.push(...(await tx.query(`update seen set times = times + 1 returning org_id`)));
    };
    await stage.reader().take(batch, controlLog());
    expect(changed).toHaveLength(2);
    expect(await stage.query(`select times from seen where event_id = 'c'`)).toEqual([{ times: 1 }]);

    stage.before = async (_, { tx }) => void (await tx.query(`insert into seen values (3, 'd', 1)`));
    await stage.reader().take(batchOf([...batch.records, record(3n, orgEvent('2', 2))]), controlLog());
    expect(await stage.query(`select error_code, error like '%row-level security%' as told from dead_letter`)).toEqual([
      { error_code: '42501', told: true },
    ]);
    expect(await stage.query(`select 1 from seen where event_id = 'd'`)).toEqual([]);
  });

  test('a part of a batch sees the orgs of that part only', async () => {
    const look = stage.before;
    const handed: string[] = [];
    stage.before = async (events, ctx) => {
      handed.push([...new Set(events.map(({ orgId }) => orgId))].sort().join());
      await look(events, ctx);
      if (events.length > 1) throw new Error('not together');
    };
    await stage.reader().take(batch, controlLog());
    expect(seen).toEqual(handed);
    expect(new Set(seen)).toEqual(new Set(['1,2', '1', '2']));
  });

  test('records taken raw open the orgs their headers name', async () => {
    await stage.reader('raw').take(batch, controlLog());
    expect(seen).toEqual(['1,2']);
  });
});
