import pg from 'pg';
import { topicDefs } from '@cashloop/events';
import type { Broker, BrokerProducer } from '../../src/index.ts';
import { FaultyBroker, MemoryCluster } from '../../src/memory/index.ts';
import { Relay } from '../../src/relay/relay.ts';
import { Bell } from '../../src/relay/wake.ts';
import { quiet, until } from '../notes-service.ts';
import { type BrokerStage, recordsOf } from './broker-stage.ts';
import { TallyStage } from './tally-service.ts';

/** The first sends of `members` relays wait for each other: by then all have taken the same rows, and all send them. */
function meeting(members: number): (inner: Broker) => Broker {
  const met = Promise.withResolvers<void>();
  let here = 0;
  return (inner) => ({
    ...inner,
    producer: async () => {
      const producer = await inner.producer();
      let first = true;
      const send: BrokerProducer['send'] = async (messages) => {
        if (first && (here += 1) === members) met.resolve();
        first = false;
        await met.promise;
        return producer.send(messages);
      };
      return { send, close: () => producer.close() };
    },
  });
}

/** Two relays that both believe they lead, as for a moment after a stopped leader wakes up. */
test('two relays at once: repeated records, yet whoever keeps the highest version ends right', async () => {
  const cluster = new MemoryCluster();
  for (const { name, partitions } of [topicDefs.customer, topicDefs.sync]) cluster.log.create(name, partitions);
  const meet = meeting(2);
  const client = (seed: number): Broker =>
    new FaultyBroker(meet(cluster.client()), { seed, slowMs: 20, halfSend: 0.2 });
  const memory = { sessionMs: 500, client: () => cluster.client() } as BrokerStage;
  const stage = await TallyStage.open(async () => ({
    ...memory,
    deleteTopic: async () => undefined,
    close: async () => undefined,
  }));
  const database = new pg.Client({ connectionString: stage.database.url });
  await database.connect();
  const leadership = { client: database, gained: async () => undefined } as never;
  const second = new Relay({ broker: client(1), leadership, bell: new Bell(), log: quiet });
  try {
    const app = await stage.app({ broker: client(2) });
    second.start();
    for (let i = 0; i < 25; i += 1) {
      await stage.commit(app, stage.events(48));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await until(async () => (await stage.effects(app)) === 1_200, 'every version applied once');
    await stage.settles(app);
    expect((await recordsOf(memory, topicDefs.customer.name)).length).toBeGreaterThan(1_200);
  } finally {
    await second.close();
    await database.end();
    await stage.close();
  }
}, 60_000);
