import pg from 'pg';
import { topicDefs } from '@cashloop/events';
import { FaultyBroker, MemoryCluster } from '../../src/memory/index.ts';
import { Relay } from '../../src/relay/relay.ts';
import { Bell } from '../../src/relay/wake.ts';
import { quiet, until } from '../notes-service.ts';
import { type BrokerStage, recordsOf } from './broker-stage.ts';
import { TallyStage } from './tally-service.ts';

/** Two relays that both believe they lead, as for a moment after a stopped leader wakes up. */
test('two relays at once: repeated records, yet whoever keeps the highest version ends right', async () => {
  const cluster = new MemoryCluster();
  for (const { name, partitions } of [topicDefs.customer, topicDefs.sync]) cluster.log.create(name, partitions);
  const memory = { sessionMs: 500, client: () => cluster.client() } as BrokerStage;
  const stage = await TallyStage.open(async () => ({
    ...memory,
    deleteTopic: async () => undefined,
    close: async () => undefined,
  }));
  const relays: Relay[] = [];
  const clients: pg.Client[] = [];
  for (const seed of [1, 2]) {
    const client = new pg.Client({ connectionString: stage.database.url });
    await client.connect();
    clients.push(client);
    const broker = new FaultyBroker(cluster.client(), { seed, slowMs: 20, halfSend: 0.2 });
    const leadership = { client, gained: async () => undefined } as never;
    relays.push(new Relay({ broker, leadership, bell: new Bell(), log: quiet }));
  }
  for (const relay of relays) relay.start();
  const app = await stage.app();
  for (let i = 0; i < 25; i += 1) {
    await stage.commit(app, stage.events(48));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await until(async () => (await stage.effects(app)) === 1_200, 'every version applied once');
  await stage.settles(app);
  expect((await recordsOf(memory, topicDefs.customer.name)).length).toBeGreaterThan(1_200);
  for (const relay of relays) await relay.close();
  for (const client of clients) await client.end();
  await stage.close();
}, 60_000);
