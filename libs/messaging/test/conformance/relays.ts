import pg from 'pg';
import { topicDefs } from '@cashloop/events';
import type { Broker, BrokerProducer } from '../../src/index.ts';
import { FaultyBroker } from '../../src/memory/index.ts';
import { pause } from '../../src/pauses.ts';
import { Relay } from '../../src/relay/relay.ts';
import { Bell } from '../../src/relay/wake.ts';
import { quiet } from '../notes-service.ts';
import { recordsOf } from './broker-stage.ts';
import type { TallyStage } from './tally-service.ts';

/** Two relays that both believe they lead, as for a moment after a stopped leader wakes up. */
export function relayTests(stage: () => TallyStage): void {
  test('two relays at once: repeated records, yet whoever keeps the highest version ends right', async () => {
    const meet = meeting(2);
    const client = (seed: number): Broker =>
      new FaultyBroker(meet(stage().stage.client()), { seed, slowMs: 20, halfSend: 0.2 });
    const second = await relayBesideTheLeader(stage().database.url, client(1));
    try {
      const app = await stage().app({ broker: client(2) });
      second.relay.start();
      for (let i = 0; i < 25; i += 1) {
        await stage().commit(app, stage().events(48));
        await pause(10);
      }
      await stage().settles(app);
      await stage().eachRecordOnce(app);
      expect((await recordsOf(stage().stage, topicDefs.customer.name)).length).toBeGreaterThan(1_200);
    } finally {
      await second.close();
    }
  });
}

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

async function relayBesideTheLeader(url: string, broker: Broker): Promise<{ relay: Relay; close(): Promise<void> }> {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  const leadership = { client: database, gained: async () => undefined, commitsWait: true } as never;
  const relay = new Relay({ broker, leadership, bell: new Bell(), log: quiet });
  return {
    relay,
    close: async () => {
      await relay.close();
      await database.end();
    },
  };
}
