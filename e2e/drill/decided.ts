import { topicDefs } from '@cashloop/events';
import { breachesOf, differences, holdsOf, type Telling } from './judgements.ts';
import type { Judged, Ledger } from './ledger.ts';
import type { Told } from './versions.ts';

interface Kind {
  subject: string;
  wanted: (changes: readonly Judged[]) => Telling[];
  over: (told: Told) => boolean;
}

const KINDS: Record<string, Kind> = {
  [topicDefs.creditHold.name]: { subject: 'credit_hold', wanted: holdsOf, over: ({ state }) => state === 'HELD' },
  [topicDefs.credit.name]: { subject: 'credit_breach', wanted: breachesOf, over: ({ open }) => open === true },
};

/** What a topic told of every account against what the books say must be told: no table of the service is asked. */
export function misjudged(ledger: Ledger, topic: string, told: ReadonlyMap<string, readonly Told[]>): [number, number] {
  const { subject, wanted, over } = KINDS[topic]!;
  let [lost, doubled] = [0, 0];
  for (const [customer, changes] of ledger.judged) {
    const tellings = (told.get(`${subject}/${customer}`) ?? []).map((one) => ({
      over: over(one),
      exposure: BigInt(String(one.exposure_minor)),
    }));
    const found = differences(wanted(changes), tellings, changes);
    lost += found.lost;
    doubled += found.doubled;
  }
  return [lost, doubled];
}
