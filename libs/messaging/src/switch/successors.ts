import type { Event, OutgoingEvent } from '@cashloop/events';
import type { TransactionRunner } from '@cashloop/persistence';
import type { BoundHandler } from '../consumer/subscriptions.ts';
import type { HandlerContext } from '../handler-context.ts';

/** Which events a handler may answer: those before the boundary, or those from it on. */
type Share = 'before' | 'from';

/**
 * Of a projection and its successor exactly one answers each event, decided by the event's place in its partition: so
 * the two may stand at different offsets when an operator switches, and nothing is said twice or not at all. Other
 * handlers stay as they are.
 * @throws when a handler stands beside a projection that no handler of the same topic builds
 */
export function speaking(handlers: readonly BoundHandler[]): BoundHandler[] {
  const successorOf = new Map<string, string>();
  for (const { subscription, name } of handlers) {
    const before = besideOf(subscription);
    if (before === undefined) continue;
    if (!handlers.some((other) => other.subscription.projection === before))
      throw new Error(
        `${name} stands beside ${before}, which nothing builds: leave out \`beside\` once it is switched`,
      );
    successorOf.set(before, subscription.projection);
  }
  return handlers.map((handler) => {
    const { projection } = handler.subscription;
    let bound = handler;
    if (besideOf(handler.subscription) !== undefined) bound = sharing(bound, projection, 'from');
    const successor = successorOf.get(projection);
    return successor === undefined ? bound : sharing(bound, successor, 'before');
  });
}

/** Makes successors known to `ops -- projections`. */
export async function announceSuccessors(runner: TransactionRunner, handlers: readonly BoundHandler[]): Promise<void> {
  for (const { subscription } of handlers) {
    const replaces = besideOf(subscription);
    if (replaces === undefined) continue;
    await runner.run([], (tx) =>
      tx.query('insert into projection_switch (projection, replaces) values ($1, $2) on conflict do nothing', [
        subscription.projection,
        replaces,
      ]),
    );
  }
}

const besideOf = (subscription: BoundHandler['subscription']): string | undefined =>
  subscription.kind === 'events' ? subscription.beside : undefined;

/** The boundary is read under the lock of the offset row, which the switch takes too: a batch is on one side of it. */
function sharing(handler: BoundHandler, successor: string, share: Share): BoundHandler {
  const call = async (...args: unknown[]): Promise<OutgoingEvent[]> => {
    const [events, ctx] = args as [readonly Event[], HandlerContext];
    const boundary = await boundaryOf(ctx, successor, events);
    const before = events.filter((event) => boundary === null || event.offset < boundary);
    const from = events.slice(before.length);
    const answers: OutgoingEvent[] = [];
    for (const [part, own] of [
      [before, share === 'before'],
      [from, share === 'from'],
    ] as const) {
      if (part.length === 0) continue;
      const returned = ((await handler.call(part, ctx)) as OutgoingEvent[] | undefined) ?? [];
      if (own) answers.push(...returned);
    }
    return answers;
  };
  return { ...handler, call };
}

/** Null until the switch: everything lies before it. */
async function boundaryOf({ tx }: HandlerContext, successor: string, events: readonly Event[]): Promise<bigint | null> {
  const [first] = events;
  if (first === undefined) return null;
  const [row] = await tx.prepared<{ switched: boolean; boundary: string | null }>(
    'projection_boundary',
    `select switched_at is not null as switched, boundaries ->> $2 as boundary from projection_switch where projection = $1`,
    [successor, `${first.topic}/${first.partition}`],
  );
  return row?.switched === true ? BigInt(row.boundary ?? '0') : null;
}
