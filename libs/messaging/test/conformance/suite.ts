import type { BrokerClients, BrokerStage, OwnBrokerStage } from './broker-stage.ts';
import { crashTests } from './crashes.ts';
import { databaseTests } from './database.ts';
import { deliveryTests } from './delivery.ts';
import { memberTests } from './members.ts';
import { poisonTests } from './poison.ts';
import { relayTests } from './relays.ts';
import { restartTests } from './restarts.ts';
import { stopTests } from './stops.ts';
import { TallyStage } from './tally-service.ts';

/** What must hold on every broker. Each test has a database and topics of its own; a restart has a broker of its own. */
export function conformance(
  broker: string,
  open: () => Promise<BrokerStage>,
  openOwn: () => Promise<OwnBrokerStage>,
): void {
  describe(`exactly-once effects on ${broker}`, () => {
    describe('delivery', () => deliveryTests(perTest(open)));
    describe('database', () => databaseTests(perTest(open)));
    describe('poison', () => poisonTests(perTest(open)));
    describe('members', () => memberTests(perTest(open)));
    describe('crashes', () => crashTests(perTest(open)));
    describe('a process stopped while it holds locks', () => stopTests(perTest(open)));
    describe('relays', () => relayTests(perTest(open)));
    describe('a restart of the broker', () => restartTests(perTest(openOwn)));
  });
}

function perTest<S extends BrokerClients>(open: () => Promise<S>): () => TallyStage<S> {
  let stage: TallyStage<S>;
  beforeEach(async () => void (stage = await TallyStage.open(open)));
  afterEach(() => stage.close());
  return () => stage;
}
