import type { Told } from './drift.ts';
import type { Regime, Stage } from './stage.ts';

/** Where a service's state is looked up. */
export interface Checked {
  /** SQL: exposure, hold and its changes of each customer, as `id`, `minor`, `held` and `crossings`. */
  accounts: string;
  /** SQL: how many invoices it has and their versions added up, as `n` and `versions`. */
  invoices: string;
  /** What the readers of its holds know of each customer, once it has told them everything. */
  told(place: Place): Promise<Map<string, Told>>;
  /** It goes on writing after an event counts as handled. */
  writesApart?: boolean;
}

/** One of the services that are measured against each other. */
export interface Side extends Checked {
  name: string;
  script: string;
  migrations?: string;
  env(stage: Stage, regime: Regime): Record<string, string>;
  /** SQL: how many events it handled, as `n`. */
  handled: string;
}

/** The database and topics in which a side did its work. */
export type Place = Pick<Stage, 'admin' | 'openedMs'> & { broker: Pick<Stage['broker'], 'brokers' | 'topicPrefix'> };
