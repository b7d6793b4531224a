/** Lets at most `limit` pieces of work of one key run at a time; the others wait in order. */
export class InFlight {
  readonly #limit: number;
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.#enter(key);
    try {
      return await work();
    } finally {
      this.#leave(key);
    }
  }

  #enter(key: string): Promise<void> | void {
    const running = this.#running.get(key) ?? 0;
    if (running < this.#limit) return void this.#running.set(key, running + 1);
    return new Promise((resolve) => this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), resolve]));
  }

  #leave(key: string): void {
    // The place goes straight to the next in line, so the count stays.
    const next = this.#waiting.get(key)?.shift();
    if (next !== undefined) return next();
    const running = (this.#running.get(key) ?? 1) - 1;
    if (running === 0) this.#running.delete(key);
    else this.#running.set(key, running);
  }
}
