import type { Tx } from '@cashloop/persistence';
import type { Logger } from './logger.ts';

/** What a handler gets besides its events. */
export interface HandlerContext {
  /** The transaction that also stores the returned events and, for event handlers, the offset. Write through it only. */
  readonly tx: Tx;
  /** The time of this piece of work. Decide with it, never with the machine's clock. */
  readonly now: Date;
  readonly log: Logger;
}

/** What a scheduled run gets: it opens its own transactions through `Effects`. */
export interface RunContext {
  readonly now: Date;
  readonly log: Logger;
}
