import { faultHook } from '../fault-points.ts';
import { codeOf } from '../faults.ts';
import { metrics } from '../metrics.ts';
import { applySlice, type BatchTools, nextOf, type Slice } from './batch-transaction.ts';
import { applyBisecting } from './bisect.ts';
import { PARKED_PER_MINUTE_MAX, setAsideLately, storeDeadLetters } from './dead-letters.ts';
import type { Item } from './decoded-batch.ts';
import { advance, lockOffsetSql, type Place } from './offsets.ts';
import { SliceAboveOffset, StopPartition } from './partition-faults.ts';
import type { BoundHandler } from './subscriptions.ts';

const BROKEN = 'this looks like a broken program, not bad events';

/** Gets slices of one partition through its handler: whole, or in halves around a bad event. */
export class SliceWork {
  readonly #tools: BatchTools;
  readonly #place: Place;
  readonly #handler: BoundHandler;
  /** The flood of failures for which the partition stood stopped, until something gets through. */
  #flood: string | undefined;

  constructor(tools: BatchTools, place: Place, handler: BoundHandler) {
    this.#tools = tools;
    this.#place = place;
    this.#handler = handler;
  }

  /**
   * @param stopped why the partition stood stopped when it was given to this process. A program that is still broken must
   *   not set aside as many again with each restart: before anything got through, nothing is set aside
   */
  begin(stopped: string | null): void {
    this.#flood = stopped?.endsWith(BROKEN) === true ? stopped : undefined;
  }

  /**
   * @param onDone called after each part whose effects are committed
   * @throws passing faults, SliceAboveOffset and StopPartition, with everything before them committed
   */
  do(slice: Slice, onDone: (part: Slice) => void): Promise<void> {
    const apply = (part: Slice): Promise<void> => this.#apply(part, onDone);
    // The vault's records are never parked: a batch of them waits and is repeated, whatever the fault is.
    if (this.#handler.subscription.kind === 'raw') return apply(slice);
    return applyBisecting(slice, { apply, setAside: (part, item, error) => this.#setAside(part, item, error, onDone) });
  }

  async #apply(slice: Slice, onDone: (part: Slice) => void): Promise<void> {
    const { projection, topic } = this.#place;
    const observe = metrics.handlerSeconds.startTimer({ projection });
    const applied = await applySlice(this.#tools, this.#place, this.#handler, slice);
    await faultHook.reached?.('batch.committed');
    observe();
    onDone(slice);
    if (applied.events > 0) this.#flood = undefined;
    metrics.handledEvents.inc({ projection, topic }, applied.events);
    if (applied.unknown > 0) metrics.unknownTypes.inc({ projection, topic }, applied.unknown);
    if (applied.published > 0) this.#tools.published();
    if (applied.parked > 0) await this.#refuseFlood(applied.parked);
  }

  /** Under the lock of the offset row like every step forward: another member may be further by now. */
  async #setAside(slice: Slice, item: Item, error: Error, onDone: (part: Slice) => void): Promise<void> {
    if (this.#flood !== undefined) throw new StopPartition(this.#flood);
    const { record } = item;
    const mine = await this.#tools.runner.runWith(
      { orgs: [], opening: lockOffsetSql(this.#place) },
      async (tx, [row]) => {
        const next = nextOf(row);
        if (slice.from > next) throw new SliceAboveOffset(next);
        if (record.offset < next) return false;
        await storeDeadLetters(tx, this.#place, [{ record, error, state: 'retrying' }]);
        tx.closeWith(advance(this.#place, record));
        await faultHook.reached?.('aside.stored');
        return true;
      },
    );
    await faultHook.reached?.('aside.committed');
    onDone(slice);
    if (!mine) return;
    this.#tools.log.warn(
      { ...this.#place, offset: String(record.offset), code: codeOf(error), err: error },
      'event set aside: it is tried again off the path',
    );
    await this.#refuseFlood(1);
  }

  /** Counted in the database, so that a service that dies and starts again does not count anew. */
  async #refuseFlood(added: number): Promise<void> {
    metrics.deadLetters.inc({ projection: this.#place.projection }, added);
    if (this.#flood !== undefined) throw new StopPartition(this.#flood);
    const lately = await this.#tools.runner.run([], (tx) => setAsideLately(tx, this.#place));
    if (lately <= PARKED_PER_MINUTE_MAX) return;
    throw new StopPartition(`${lately} events failed within a minute: ${BROKEN}`);
  }
}
