import type { Broker } from '../broker.ts';
import type { Slice } from '../consumer/batch-transaction.ts';
import { isPassing } from '../faults.ts';
import { growingPauseMs, pause } from '../pauses.ts';
import type { Lane } from './lane.ts';
import { RecordedLog } from './recorded-log.ts';
import { nextWindow, type Window } from './windows.ts';

export interface Progress {
  /** Records handled by this call. */
  records: number;
  /** Records between here and the targets. */
  left: number;
  /** Recorded time of the last one. */
  recordedAt: Date;
}

const EVENTS_MAX = 2_000;

/** Hands the records of all lanes to their handlers, in the order of recorded time. */
export class Rebuild {
  readonly #lanes: readonly Lane[];
  readonly #log: RecordedLog;
  readonly #onProgress: (progress: Progress) => void;
  readonly progress: Progress = { records: 0, left: 0, recordedAt: new Date(0) };

  constructor(lanes: readonly Lane[], broker: Broker, service: string, onProgress: (progress: Progress) => void) {
    this.#lanes = lanes;
    this.#log = new RecordedLog(broker, lanes, service);
    this.#onProgress = onProgress;
  }

  /** Reads until every lane is at its target. @throws StopPartition, or what the broker says */
  async upTo(target: (lane: Lane) => bigint): Promise<void> {
    for (const lane of this.#lanes) lane.target = target(lane);
    for (;;) {
      const window = nextWindow(this.#lanes, EVENTS_MAX);
      if (window === 'done') return;
      if (window === 'starved') await this.#log.more();
      else await this.#handle(window);
    }
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  async #handle({ now, slices }: Window): Promise<void> {
    for (const { lane, slice } of slices) {
      await patiently(lane, slice, now);
      this.progress.records += slice.items.length;
    }
    if (now > this.progress.recordedAt.getTime()) this.progress.recordedAt = new Date(now);
    this.progress.left = this.#lanes.reduce((sum, { next, target }) => sum + Math.max(0, Number(target - next)), 0);
    this.#onProgress(this.progress);
  }
}

const TRIES_MAX = 8;

/** A database that is away for a moment costs a pause, one that stays away ends the call: the next one goes on. */
async function patiently(lane: Lane, slice: Slice, now: number): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await lane.apply(slice, now);
    } catch (error) {
      if (!isPassing(error) || failures === TRIES_MAX) throw error;
      await pause(growingPauseMs(failures, 100, 5_000));
    }
  }
}
