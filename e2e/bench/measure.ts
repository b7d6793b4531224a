import { topicDefs } from '@cashloop/events';
import { Books } from './books.ts';
import { publish } from './broker.ts';
import { driftOf } from './drift-of.ts';
import { commitMs, paceOf } from './pace.ts';
import { end, run } from './processes.ts';
import type { Side } from './side.ts';
import { plainHolds } from './sides.ts';
import { count, openStage, type Regime } from './stage.ts';
import { invoiceEvents } from './world.ts';

/** One run of one side. */
export interface Measured {
  perSecond: number;
  /** Processor time of its process, ms. */
  cpuPer1000: number;
  /** Customers that are wrong, invoices and versions that are missing. */
  drift: number;
  commitMs: number;
}

/** One line of a round. */
export const words = ({ perSecond, cpuPer1000, commitMs: commit, drift }: Measured): string =>
  `${perSecond.toFixed(0)}/s, commit ${commit.toFixed(2)} ms, ${cpuPer1000.toFixed(1)} ms of CPU per 1,000, drift ${drift}`;

/** A backlog of so many events through one side, on a database and topics of its own. */
export async function measure(side: Side, regime: Regime, events: number, round: number): Promise<Measured> {
  const stage = await openStage(regime, side.migrations);
  const { admin, broker } = stage;
  try {
    await broker.createTopics([topicDefs.receivable, topicDefs.creditHold, plainHolds]);
    const backlog = invoiceEvents(events, new Date(), String(round));
    await publish(broker.brokers, broker.topicPrefix, backlog);
    const child = run(side.script, side.env(stage, regime));
    const pace = await paceOf({ done: () => count(admin, side.handled), total: events, pid: child.pid });
    const drift = await driftOf(side, stage, new Books().add(backlog));
    const commit = await commitMs(admin);
    await end(child);
    return { ...pace, drift, commitMs: commit };
  } finally {
    await stage.close();
  }
}
