import pg from 'pg';
import { faultHook, metrics } from '@cashloop/messaging/inside';
import { BrokerServer } from './broker/broker-server.ts';
import { Books } from './check/books.ts';
import { faultsOf } from './check/findings.ts';
import { Settled } from './check/settled.ts';
import { Draws } from './clock/draws.ts';
import { Scheduler } from './clock/scheduler.ts';
import { virtualGlobals } from './clock/virtual-globals.ts';
import { FAULTS_UNTIL_MS, type Plan } from './faults/plan.ts';
import { Strikes } from './faults/strikes.ts';
import { TimedFaults } from './faults/timed-faults.ts';
import { Caller } from './service/caller.ts';
import { operate } from './service/operator.ts';
import { ServiceProcess } from './service/process.ts';
import { Sickness } from './service/sickness.ts';
import { topicsOf } from './service/topics.ts';
import type { Stage } from './stage.ts';
import { Database } from './store/database.ts';
import { Trace } from './trace.ts';

export { planOf, type Plan, strikes } from './faults/plan.ts';

export interface Outcome {
  /** One sentence per invariant that does not hold; none: the run is right. */
  readonly faults: readonly string[];
  readonly trace: readonly string[];
  readonly steps: number;
  readonly virtualMs: number;
  /** How often each fault struck, by the names in `strikes`. */
  readonly struck: ReadonlyMap<string, number>;
}

/** After the last fault all must be through within so long. Leadership takes 5 s to move, a lost member 6 s to be missed. */
const PROGRESS_MS = 30_000;

/** Runs one plan from the first start to rest. The same plan does the same, step by step. */
export async function run(plan: Plan, tracing = false): Promise<Outcome> {
  const scheduler = new Scheduler(new Draws(plan.seed));
  const trace = new Trace(scheduler, tracing);
  const db = new Database(scheduler);
  const broker = new BrokerServer(scheduler, trace);
  const strikes = new Strikes(scheduler, trace, plan.faults, FAULTS_UNTIL_MS);
  const topics = topicsOf(plan.partitions);
  let defect: Error | undefined;
  const stage: Stage = {
    ...{ plan, scheduler, db, broker, strikes, topics, trace },
    ...{ sickness: new Sickness(plan, strikes), processes: [], defect: (error) => (defect ??= error) },
  };
  const books = new Books(stage);
  const caller = new Caller(stage);
  const settled = new Settled(stage);
  const faults = new TimedFaults(stage);
  const restore = inVirtualTime(stage);
  try {
    faults.start();
    plan.actions.forEach((action, number) => caller.ask(number, action));
    operate(stage);
    const over = (): boolean => {
      books.look(faults.awayUntilMs);
      return defect !== undefined || books.faults.length > 0 || settled.now(caller, faults.awayUntilMs);
    };
    const before = await counted();
    const deadlineMs = FAULTS_UNTIL_MS + PROGRESS_MS + Math.max(0, ...plan.faults.map(({ forMs }) => forMs));
    const rest = await scheduler.run(over, deadlineMs);
    if (defect !== undefined) throw defect;
    return {
      faults: faultsOf(stage, books, rest, (await counted()) - before),
      trace: trace.lines,
      steps: scheduler.taken,
      virtualMs: scheduler.nowMs,
      struck: strikes.struck,
    };
  } finally {
    restore();
  }
}

/** Clocks, timers, chance and pg's connections are the simulation's until `restore`. */
function inVirtualTime(stage: Stage): () => void {
  const globals = virtualGlobals(stage.scheduler);
  const { Client } = pg;
  /** The leader's connection: the only one the kernel opens itself. */
  const leaderConnection = function (config: { options?: string }): unknown {
    const idleMs = Number(/idle_session_timeout=(\d+)/.exec(config.options ?? '')?.[1]);
    const owner = stage.scheduler.current;
    if (!(owner instanceof ServiceProcess)) throw new Error('a connection outside of a process');
    return owner.dataSource.open(idleMs);
  };
  Object.assign(pg, { Client: leaderConnection });
  return () => {
    globals();
    faultHook.reached = undefined;
    Object.assign(pg, { Client });
  };
}

async function counted(): Promise<number> {
  const { values } = await metrics.handledEvents.get();
  return values.reduce((sum, { value }) => sum + value, 0);
}
