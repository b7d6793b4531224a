import type { BrokerStage } from './broker-stage.ts';
import { crashTests } from './crashes.ts';
import { deliveryTests } from './delivery.ts';
import { memberTests } from './members.ts';
import { poisonTests } from './poison.ts';
import { TallyStage } from './tally-service.ts';

/** What must hold on every broker. Each test has a database and a broker of its own. */
export function conformance(broker: string, open: () => Promise<BrokerStage>): void {
  describe(`exactly-once effects on ${broker}`, () => {
    let stage: TallyStage;

    beforeEach(async () => void (stage = await TallyStage.open(open)));
    afterEach(() => stage.close());

    describe('delivery', () => deliveryTests(() => stage));
    describe('poison', () => poisonTests(() => stage));
    describe('members', () => memberTests(() => stage));
    describe('crashes', () => crashTests(() => stage));
  });
}
