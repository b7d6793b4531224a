import type { BrokerServer } from './broker/broker-server.ts';
import type { Scheduler } from './clock/scheduler.ts';
import type { Plan } from './faults/plan.ts';
import type { Strikes } from './faults/strikes.ts';
import type { ServiceProcess } from './service/process.ts';
import type { Sickness } from './service/sickness.ts';
import type { Topics } from './service/topics.ts';
import type { Database } from './store/database.ts';
import type { Trace } from './trace.ts';

/** Everything one run has. */
export interface Stage {
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  readonly db: Database;
  readonly broker: BrokerServer;
  readonly strikes: Strikes;
  readonly topics: Topics;
  readonly trace: Trace;
  readonly sickness: Sickness;
  /** One place per replica; a process that died is replaced by a new one in its place. */
  readonly processes: ServiceProcess[];
  /** Something is wrong with the simulation itself. */
  readonly defect: (error: Error) => void;
}
