import type { Caller } from '../service/caller.ts';
import { projections } from '../service/process.ts';
import type { Stage } from '../stage.ts';

const LINGER_MS = 400;
const LOOKS_EVERY_MS = 5;

/** Nothing is left to do, and has not been for a moment: a late double would have shown by then. */
export class Settled {
  readonly #stage: Stage;
  #lookedMs = 0;
  #since: number | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** @param awayUntilMs until then a fault keeps somebody away */
  now(caller: Caller, awayUntilMs: number): boolean {
    const { nowMs } = this.#stage.scheduler;
    if (nowMs - this.#lookedMs < LOOKS_EVERY_MS) return false;
    this.#lookedMs = nowMs;
    if (nowMs < awayUntilMs || caller.unanswered > 0 || open(this.#stage).length > 0) this.#since = undefined;
    else this.#since ??= nowMs;
    return this.#since !== undefined && nowMs - this.#since >= LINGER_MS;
  }
}

/** What is left to do, for the sentence that says so. */
export function open({ db, broker, topics }: Stage): string[] {
  const left: string[] = [];
  const outbox = db.table('outbox').size;
  if (outbox > 0) left.push(`${outbox} rows in the outbox`);
  for (const row of db.rows('dead_letter')) if (row.state !== 'done') left.push(`dead letter ${String(row.state)}`);
  for (const [projection, { name }] of [
    [projections.exposure, topics.receivable],
    [projections.limits, topics.limit],
  ] as const) {
    if (broker.log.partitionCount(name) === undefined) left.push(`no topic ${name}`);
    else left.push(...behind(projection, name));
  }
  return left;

  function behind(projection: string, topic: string): string[] {
    return broker.log.offsets(topic).flatMap(({ partition, end }) => {
      const row = db.table('consumer_offset').get(`${projection}/${topic}/${partition}`)?.committed;
      const next = String(row?.next_offset ?? '0');
      const why =
        row?.stopped_reason === undefined || row.stopped_reason === null ? '' : ` (${String(row.stopped_reason)})`;
      return end === BigInt(next) ? [] : [`${projection} ${topic}/${partition} at ${next} of ${end}${why}`];
    });
  }
}
