import { ownDatabase, testDatabase, type TestDatabase } from '@cashloop/testkit';
import type { BrokerClients, BrokerStage, OwnBrokerStage } from './broker-stage.ts';
import { crashTests } from './crashes.ts';
import { databaseTests } from './database.ts';
import { databaseRestartTests } from './database-restarts.ts';
import { deliveryTests } from './delivery.ts';
import { fullDiskTests } from './full-disk.ts';
import { lateBatchTests } from './late-batches.ts';
import { memberTests } from './members.ts';
import { overtakingTests } from './overtaking.ts';
import { poisonTests } from './poison.ts';
import { relayTests } from './relays.ts';
import { restartTests } from './restarts.ts';
import { stopTests } from './stops.ts';
import { type OpenDatabase, TallyStage } from './tally-service.ts';

/** What must hold on every broker. Each test has a database and topics of its own; a restart has a server of its own. */
export function conformance(
  broker: string,
  open: () => Promise<BrokerStage>,
  openOwn: () => Promise<OwnBrokerStage>,
): void {
  describe(`exactly-once effects on ${broker}`, () => {
    describe('delivery', () => deliveryTests(perTest(open)));
    describe('partitions that overtake each other', () => overtakingTests(perTest(open)));
    describe('database', () => databaseTests(perTest(open)));
    describe('a full disk', () => fullDiskTests(perTest(open)));
    describe('poison', () => poisonTests(perTest(open)));
    describe('a batch that is late', () => lateBatchTests(perTest(open)));
    describe('members', () => memberTests(perTest(open)));
    describe('crashes', () => crashTests(perTest(open)));
    describe('a process stopped while it holds locks', () => stopTests(perTest(open)));
    describe('relays', () => relayTests(perTest(open)));
    describe('a broker that is away', () => restartTests(perTest(openOwn)));
    describe('a Postgres that is away', () => databaseRestartTests(perTestOn(open, ownDatabase)));
  });
}

const perTest = <S extends BrokerClients>(open: () => Promise<S>): (() => TallyStage<S>) =>
  perTestOn(open, testDatabase);

function perTestOn<S extends BrokerClients, D extends TestDatabase>(
  open: () => Promise<S>,
  openDatabase: OpenDatabase<D>,
): () => TallyStage<S, D> {
  let stage: TallyStage<S, D>;
  beforeEach(async () => void (stage = await TallyStage.openOn(open, openDatabase)));
  afterEach(() => stage.close());
  return () => stage;
}
