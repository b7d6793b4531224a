import type { FetchedBatch, PartitionControl } from '../broker.ts';
import { codeOf, isPassing } from '../faults.ts';
import { metrics } from '../metrics.ts';
import { growingPauseMs } from '../pauses.ts';
import type { BatchTools, Slice } from './batch-transaction.ts';
import { decodeBatch } from './decoded-batch.ts';
import { checkLastRecord } from './last-record.ts';
import { markStopped, type OffsetRow, offsetsOf, type Place } from './offsets.ts';
import { SliceAboveOffset, StopPartition } from './partition-faults.ts';
import { SliceWork } from './slice-work.ts';
import { slicesOf } from './slices.ts';
import type { BoundHandler } from './subscriptions.ts';

/** A batch that the broker keeps sending from elsewhere than we asked for: what we asked for is gone. */
const REFUSALS_MAX = 3;

/**
 * Reads one partition for one projection.
 *
 * fresh: assigned, offset row not read yet. looking: fetching our last record again to compare it.
 * running: handling. stopped: waiting for an operator.
 */
export class PartitionReader {
  readonly place: Place;
  state: 'fresh' | 'looking' | 'running' | 'stopped' = 'fresh';
  stoppedReason: string | undefined;
  /** The reason stands in the offset row: from then on a row without one means that an operator cleared it. */
  stopWritten = false;
  /** Offset of the next record to handle, as far as this process knows. */
  next: bigint | undefined;
  lag = 0n;
  control: PartitionControl | undefined;

  readonly #tools: BatchTools;
  readonly #handler: BoundHandler;
  readonly #work: SliceWork;
  readonly #eventsMax: number;
  #refusals = 0;
  #looks = 0;
  /** Where the broker's records ended at the last review. */
  #end = 0n;
  #writingStop = false;
  #failures = 0;
  /** By a clock that never jumps, and as Unix time for the gauge. */
  #failingSince = { steadyMs: 0, unixS: 0 };
  /** Counts stops and releases: what was decided before the last one no longer counts. */
  #turn = 0;

  constructor(tools: BatchTools, place: Place, handler: BoundHandler, eventsMax: number) {
    this.#tools = tools;
    this.#handler = handler;
    this.#work = new SliceWork(tools, place, handler);
    this.#eventsMax = eventsMax;
    this.place = place;
  }

  /** Called on every assignment: other members may have moved the offset meanwhile. */
  reset(): void {
    if (this.state !== 'stopped') this.state = 'fresh';
    else metrics.partitionStopped.set({ ...this.place }, 1); // a new assignment took it away
    this.#looks = 0;
  }

  /** Another member has the partition now: what was found out here may no longer be so when it comes back. */
  left(): void {
    this.#turn += 1;
    this.#failedNoMore();
    this.state = 'fresh';
    this.stoppedReason = undefined;
    this.#refusals = 0;
    this.control?.resume();
  }

  /** The topic may have been made again meanwhile: the next batch is handled only once our last record is found again. */
  recheck(): void {
    if (this.state !== 'running') return;
    this.state = 'fresh';
    this.#looks = 0;
  }

  /** Takes one fetched batch. Never throws: it decides by `control` what is fetched next. */
  async take(batch: FetchedBatch, control: PartitionControl): Promise<void> {
    this.control = control;
    if (this.state === 'stopped') return control.pause();
    const turn = this.#turn;
    // Asked for less than we have: the client began anew by itself, which it does when the topic is not the one it was.
    if (this.next !== undefined && batch.fetchedFrom < this.next) this.recheck();
    try {
      if (this.state !== 'running' && !(await this.#verified(batch, control))) return;
      await this.#handle(batch, control);
      this.#recovered();
    } catch (error) {
      if (turn === this.#turn) await this.#failed(error, control);
    } finally {
      this.#measure(batch.end);
    }
  }

  /** Stops until `release`. The reason is kept in the offset row, where `ops -- offsets` shows and clears it. */
  async stop(reason: string): Promise<void> {
    this.#turn += 1;
    this.#failedNoMore();
    this.state = 'stopped';
    this.stoppedReason = reason;
    this.control?.pause();
    metrics.partitionStopped.set({ ...this.place }, 1);
    this.#tools.log.error(
      { ...this.place, next: String(this.next ?? '') },
      `partition stopped: ${reason}. Look with \`npm run ops -- offsets show ${this.#tools.source}\``,
    );
    await this.#writeStop(reason);
  }

  /**
   * One at a time: a second one could come after the operator has cleared the first. Not where the row has moved since
   * the stop was decided: it then stays without a reason, and the next review releases this reader.
   */
  async #writeStop(reason: string): Promise<void> {
    if (this.#writingStop) return;
    this.#writingStop = true;
    this.stopWritten = false;
    await this.#tools.runner
      .run([], (tx) => markStopped(tx, this.place, this.next ?? 0n, reason))
      .then(
        () => (this.stopWritten = true),
        () => undefined, // the next review writes it
      );
    this.#writingStop = false;
  }

  /** An operator cleared the stop, or moved the offset. */
  release(next: bigint): void {
    this.#turn += 1;
    this.#failedNoMore();
    this.state = 'fresh';
    this.stoppedReason = undefined;
    this.next = next;
    this.#refusals = 0;
    this.#looks = 0;
    metrics.partitionStopped.set({ ...this.place }, 0);
    this.control?.seek(next);
    this.control?.resume();
  }

  /**
   * Compares with the row and the broker's end, both read a moment ago (`seen` and `written` are what `next` and
   * `stopWritten` were before that): no batch ever comes from a partition where nothing is new, or which lost its records.
   */
  async review(row: OffsetRow, end: bigint, seen: bigint | undefined, written = this.stopWritten): Promise<void> {
    if (this.state === 'stopped') {
      if (row.stoppedReason === null && written) this.release(row.nextOffset);
      else if (row.stoppedReason === null && !this.stopWritten) await this.#writeStop(this.stoppedReason ?? '');
    } else if (row.nextOffset > end) {
      this.next = row.nextOffset;
      await this.stop(
        `the broker ends at offset ${end}, but ${row.nextOffset - 1n} was read: the topic was made again or cut`,
      );
    } else if (end < this.#end) {
      this.recheck();
    } else if (this.state === 'running' && this.next === seen && row.nextOffset !== seen) {
      this.#tools.log.info({ ...this.place, next: String(row.nextOffset) }, 'an operator moved the offset');
      this.release(row.nextOffset);
    }
    this.next ??= row.nextOffset;
    this.#end = end;
    this.#measure(end);
  }

  async #verified(batch: FetchedBatch, control: PartitionControl): Promise<boolean> {
    const turn = this.#turn;
    const row = await this.#readRow();
    if (turn !== this.#turn) return false;
    this.next = row.nextOffset;
    const check = checkLastRecord(batch, row, this.#looks >= REFUSALS_MAX);
    if (check.kind === 'lost') throw new StopPartition(check.reason);
    if (check.kind === 'look') {
      this.state = 'looking';
      this.#looks += 1; // one look is not enough: a batch of an earlier fetch may still come first
      control.seek(check.at);
      return false;
    }
    this.state = 'running';
    this.#looks = 0;
    this.#work.begin(row.stoppedReason);
    metrics.partitionStopped.set({ ...this.place }, 0);
    return true;
  }

  async #readRow(): Promise<OffsetRow> {
    const { projection, topic, partition } = this.place;
    const rows = await this.#tools.runner.run([], (tx) => offsetsOf(tx, projection, topic, [partition]));
    return rows.get(partition) as OffsetRow;
  }

  async #handle(batch: FetchedBatch, control: PartitionControl): Promise<void> {
    const { subscription } = this.#handler;
    // What was handled already is not even decoded: it may be in a version that only a newer program can read.
    const from = this.next !== undefined && this.next > batch.fetchedFrom ? this.next : batch.fetchedFrom;
    const fresh = batch.records.filter(({ offset }) => offset >= from);
    const decoded = decodeBatch(subscription.kind === 'events' ? subscription.topic : undefined, fresh);
    if (fresh.length === 0) return control.done(from - 1n);
    for (const slice of slicesOf(from, decoded.items, this.#sliceMax())) {
      if (!control.owned()) return;
      await this.#work.do(slice, (part) => this.#done(part, control));
    }
    if (decoded.beyond !== undefined) throw new StopPartition(decoded.beyond.message);
  }

  /** After repeated faults batches get smaller: one that is too slow for the statement time-out gets through in parts. */
  #sliceMax(): number {
    return Math.max(1, this.#eventsMax >> Math.min(30, Math.max(0, this.#failures - 2))); // a shift counts modulo 32
  }

  #done(slice: Slice, control: PartitionControl): void {
    const last = slice.items.at(-1)?.record.offset;
    if (last === undefined) return;
    this.next = last + 1n;
    this.#refusals = 0;
    control.done(last);
  }

  async #failed(error: unknown, control: PartitionControl): Promise<void> {
    if (error instanceof StopPartition) return this.stop(error.message);
    if (error instanceof SliceAboveOffset) return this.#seekBack(error, control);
    if (this.#failures === 0) this.#failingSince = { steadyMs: performance.now(), unixS: Date.now() / 1000 };
    metrics.failingSince.set({ ...this.place }, this.#failingSince.unixS); // a new assignment took it away
    this.#failures += 1;
    const delayMs = growingPauseMs(this.#failures - 1);
    metrics.retries.inc({ projection: this.place.projection, code: codeOf(error) });
    const level = isPassing(error) && this.#failures < 5 ? 'warn' : 'error';
    this.#tools.log[level](
      { ...this.place, err: error, failures: this.#failures, delayMs },
      'batch failed, it is repeated',
    );
    control.pause(delayMs);
  }

  async #seekBack(above: SliceAboveOffset, control: PartitionControl): Promise<void> {
    this.#refusals += 1;
    this.next = above.next;
    if (this.#refusals > REFUSALS_MAX) {
      return this.stop(`the broker no longer has offset ${above.next}: its records start above`);
    }
    this.#tools.log.warn(
      { ...this.place, next: String(above.next) },
      'batch above the stored offset refused, seeking back',
    );
    control.seek(above.next);
  }

  #recovered(): void {
    if (this.#failures === 0) return;
    const seconds = (performance.now() - this.#failingSince.steadyMs) / 1000;
    metrics.recoverySeconds.observe({ projection: this.place.projection }, seconds);
    this.#tools.log.info({ ...this.place, seconds }, 'partition goes on');
    this.#failedNoMore();
  }

  #failedNoMore(): void {
    this.#failures = 0;
    metrics.failingSince.remove({ ...this.place });
  }

  #measure(end: bigint): void {
    if (this.next === undefined) return;
    this.lag = end > this.next ? end - this.next : 0n;
    metrics.consumerLag.set({ ...this.place }, Number(this.lag));
  }
}
