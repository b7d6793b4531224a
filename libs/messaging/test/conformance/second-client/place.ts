/** One partition as its member reads it. */
export class Place {
  readonly topic: string;
  readonly partition: number;
  /** A batch of it waits or is in work. There is never a second one, not even after a new assignment. */
  busy = false;
  /** Changes with every assignment and seek: what was fetched before counts no more. */
  turn = 0;
  /** The first offset that is not done. */
  from = 0n;
  /** Where to fetch: above `from` only where it is known that no records are in between. */
  at = 0n;
  #assigned = false;
  #paused = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get wanted(): boolean {
    return this.#assigned && !this.busy && !this.#paused;
  }

  /** From the beginning, whatever was read before. */
  assign(): void {
    this.#assigned = true;
    this.resume();
    this.seek(0n);
  }

  takeAway(): void {
    this.#assigned = false;
    this.turn += 1;
  }

  seek(offset: bigint): void {
    this.turn += 1;
    this.goOn(offset);
  }

  goOn(offset: bigint): void {
    this.from = offset;
    this.at = offset;
  }

  pause(ms: number | undefined, resumed: () => void): void {
    this.resume();
    this.#paused = true;
    if (ms === undefined) return;
    this.#timer = setTimeout(() => {
      this.resume();
      resumed();
    }, ms).unref();
  }

  resume(): void {
    clearTimeout(this.#timer);
    this.#paused = false;
  }
}
