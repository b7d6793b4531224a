import { topicDefs } from '@cashloop/events';
import { publish } from './broker.ts';
import { commitMs, paceOf } from './pace.ts';
import { end, run } from './processes.ts';
import type { Side } from './sides.ts';
import { count, driftOf, openStage, type Regime } from './stage.ts';
import { invoiceEvents } from './world.ts';

/** One run of one side. */
export interface Measured {
  perSecond: number;
  /** Processor time of its process, ms. */
  cpuPer1000: number;
  /** Customers whose exposure is wrong. */
  drift: number;
  commitMs: number;
}

/** A backlog of so many events through one side, on a database and topics of its own. */
export async function measure(side: Side, regime: Regime, events: number, round: number): Promise<Measured> {
  const stage = await openStage(regime, side.migrations);
  const { admin, broker } = stage;
  try {
    await broker.createTopics([topicDefs.receivable, { name: 'plain.credit-hold', partitions: 8 }]);
    const backlog = invoiceEvents(events, new Date(), String(round));
    await publish(broker.brokers, broker.topicPrefix, backlog);
    const child = run(side.script, side.env(stage, regime));
    const pace = await paceOf({ done: () => count(admin, side.handled), total: events, pid: child.pid });
    await new Promise((resolve) => setTimeout(resolve, 500)); // the plain design saves the account after the invoice
    const drift = await driftOf(admin, side.exposures, backlog);
    const commit = await commitMs(admin);
    await end(child);
    return { ...pace, drift, commitMs: commit };
  } finally {
    await stage.close();
  }
}
