import { jest } from '@jest/globals';
import pg from 'pg';
import { MemoryCluster } from '@cashloop/messaging/memory';
import { type Bound, replay, type ReplayReport, type ServiceReplay } from '@cashloop/messaging/replay';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { exportsNamed } from '../connect/service-code.ts';
import { history } from './history.ts';

/**
 * Every plan that a service exports, on topics with a few events: a projection is rebuilt, what came out is put into the
 * live tables, and then the two agree. So no SQL of a plan breaks unseen.
 */
jest.setTimeout(300_000); // services are loaded on the way

const quiet = { debug() {}, info() {}, warn() {}, error: console.error, child: () => quiet };
const cluster = new MemoryCluster();
beforeAll(() => history(cluster.log));

/** Makes what was rebuilt the live state. */
async function goesLive(live: pg.Client, schema: string): Promise<void> {
  const { rows } = await live.query<{ name: string; columns: string }>(
    `select quote_ident(table_name) as name, string_agg(quote_ident(column_name), ', ') as columns
     from information_schema.columns
     where table_schema = $1 and table_name <> 'migrations' and is_generated = 'NEVER' group by 1`,
    [schema],
  );
  await live.query('set session_replication_role = replica'); // the tables come in any order
  for (const { name, columns } of rows)
    await live.query(
      `delete from public.${name};
       insert into public.${name} (${columns}) overriding system value select ${columns} from ${schema}.${name}`,
    );
}

async function onLive(
  plan: ServiceReplay,
  check: (live: pg.Client, database: TestDatabase) => Promise<void>,
): Promise<void> {
  const database = await testDatabase({ migrations: plan.migrations });
  const live = new pg.Client({ connectionString: database.adminUrl });
  await live.connect();
  try {
    await check(live, database);
  } finally {
    await live.end();
    await database.close();
  }
}

const AGREE = { onlyLive: [], onlyReplay: [] };
const orgs = ['1'];
const later: Bound = { kind: 'time', at: Date.now() + 3_600_000 };

test.each(['credit-scoring', 'crm-sync', 'gateway', 'quickbooks-sync'])(
  'the projections of %s are rebuilt',
  async (service) => {
    const plan = (await exportsNamed<ServiceReplay>('replay')).get(service);
    if (plan === undefined) throw new Error(`${service} exports no replay plan, or is not compiled`);
    await onLive(plan, async (live, database) => {
      for (const projection of Object.keys(plan.projections)) {
        const run = (more: object): Promise<ReplayReport> =>
          replay({
            plan,
            request: { projection, ...more },
            database,
            broker: cluster.client(),
            log: quiet,
            onProgress: () => undefined,
          });
        const rebuilt = await run({ orgs: ['1', '2'], to: later });
        expect([projection, rebuilt]).toEqual([projection, expect.objectContaining({ setAside: 0 })]);
        expect(rebuilt.records).toBeGreaterThan(0);
        expect(rebuilt.lines).toBeGreaterThan(0);
        await goesLive(live, rebuilt.schema);
        for (const more of [{ orgs }, { orgs, customers: ['42'] }]) {
          const again = await run(more);
          expect([projection, again]).toEqual([
            projection,
            expect.objectContaining({ hash: again.liveHash, difference: AGREE, unmatched: [], setAside: 0 }),
          ]);
          expect(again.lines).toBeGreaterThan(0);
        }
      }
      if (plan.orgs !== undefined) await live.query(plan.orgs);
    });
  },
);

test('every service with a plan stands above', async () => {
  const plans = [...(await exportsNamed<ServiceReplay>('replay')).keys()].sort();
  expect(plans).toEqual(['credit-scoring', 'crm-sync', 'gateway', 'quickbooks-sync']);
});
