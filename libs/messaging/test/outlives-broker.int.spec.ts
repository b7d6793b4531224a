import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ownBroker } from '@cashloop/testkit';
import { ProjectionConsumer } from '../src/consumer/projection-consumer.ts';
import type { Logger } from '../src/index.ts';
import { kafkaBroker } from '../src/kafka/index.ts';
import { TallyStage } from './conformance/tally-service.ts';
import { pause } from '../src/pauses.ts';
import { quiet, until } from './notes-service.ts';

jest.setTimeout(180_000);

/** Longer than kafkajs tries to connect unless told. */
const AWAY_MS = 4_000;

/** What is said at WARN and above. */
function listening(): { said: string[]; logger: Logger } {
  const said: string[] = [];
  const say = (fields: { err?: Error }, text?: string): number => said.push(`${text}: ${fields.err?.message}`);
  const logger = { debug() {}, info() {}, warn: say, error: say, child: () => logger } as unknown as Logger;
  return { said, logger };
}

test('a member goes on trying while its broker is away for seconds: nobody waits for the session of one that gave up', async () => {
  const own = await ownBroker();
  const client = (): ReturnType<typeof kafkaBroker> => kafkaBroker({ clientId: 'test', brokers: own.brokers });
  const stage = await TallyStage.open(async () => ({ client, close: own.close }));
  const { said, logger } = listening();
  const app: INestApplication = await stage.app({ logger });
  await stage.commit(app, stage.events(24));
  await stage.settles(app);
  await own.restart('SIGKILL', AWAY_MS);
  await stage.commit(app, stage.events(24));
  await until(async () => (await stage.effects(app)) === 48, 'all effects', 60_000);
  // When it is back it may say that it is not ready yet: then kafkajs gives up all the same.
  expect(said.filter((line) => line.includes('ECONNREFUSED'))).toEqual([]);
  await stage.close();
});

test('a process that waits for its broker ends soon when it is told to', async () => {
  const own = await ownBroker();
  const client = (): ReturnType<typeof kafkaBroker> => kafkaBroker({ clientId: 'test', brokers: own.brokers });
  const stage = await TallyStage.open(async () => ({ client, close: own.close }));
  const place = { projection: 'tally', group: 'tally.tally', eventsMax: 100, partitionsAtOnce: 1 };
  const one = new ProjectionConsumer(client(), { log: quiet } as never, { ...place, handlers: [] });
  const away = own.restart('SIGKILL', AWAY_MS);
  await pause(1_000);
  one.start();
  await pause(500);
  const asked = performance.now();
  await one.close();
  expect(performance.now() - asked).toBeLessThan(5_000);
  await away;
  await stage.close();
});
