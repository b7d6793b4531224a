import type { OutgoingEvent } from '@cashloop/events';
import type { OpenTx, TransactionRunner } from '@cashloop/persistence';
import { faultHook } from './fault-points.ts';
import { isConflict } from './faults.ts';
import type { HandlerContext } from './handler-context.ts';
import type { Logger } from './logger.ts';
import { outboxStatement } from './outbox.ts';
import { currentTraceparent } from './tracing.ts';

/** Commits rows and outgoing events of work that no event and no command started: runs and polls. */
export abstract class Effects {
  /**
   * Runs `fn` in one transaction, stores what it returns in the outbox, commits, wakes the relay. After a deadlock, a
   * serialization failure or a lock time-out `fn` runs again, so it must touch nothing but `ctx.tx`.
   */
  abstract commit(orgs: readonly string[], fn: (ctx: HandlerContext) => Promise<OutgoingEvent[]>): Promise<void>;
}

export interface EffectTools {
  readonly runner: TransactionRunner;
  readonly source: string;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Called after a commit that left events in the outbox. */
  readonly published: () => void;
}

const TRIES_MAX = 5;

/** One transaction with its outgoing events; `fn` answers both. The way of every effect that is no event handler's. */
export async function commitEffects<T>(
  tools: EffectTools,
  orgs: readonly string[],
  now: Date,
  fn: (ctx: HandlerContext, tx: OpenTx) => Promise<{ result: T; events: readonly OutgoingEvent[] }>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { result, published } = await tools.runner.runWith({ orgs }, async (tx) => {
        const { result, events } = await fn({ tx, now, log: tools.log }, tx);
        if (events.length > 0) tx.closeWith(outboxStatement(events, tools.source, currentTraceparent()));
        await faultHook.reached?.('effects.handled');
        return { result, published: events.length > 0 };
      });
      await faultHook.reached?.('effects.committed');
      if (published) tools.published();
      return result;
    } catch (error) {
      if (!isConflict(error) || tries === TRIES_MAX) throw error;
    }
  }
}

export class OutboxEffects extends Effects {
  readonly #tools: EffectTools;

  constructor(tools: EffectTools) {
    super();
    this.#tools = tools;
  }

  override commit(orgs: readonly string[], fn: (ctx: HandlerContext) => Promise<OutgoingEvent[]>): Promise<void> {
    return commitEffects(this.#tools, orgs, this.#tools.clock(), async (ctx) => ({
      result: undefined,
      events: await fn(ctx),
    }));
  }
}
