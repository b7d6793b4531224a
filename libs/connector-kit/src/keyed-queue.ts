/** The program is ending: the work is found again at the next start. */
export class QueueClosed extends Error {
  override readonly name = 'QueueClosed';
}

/**
 * Runs work of the same key one after the other and work of different keys side by side. One company's readings must
 * not overtake each other, or an older answer could be saved over a newer one.
 */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();
  #closing = false;

  /** Resolves or rejects as `work` does; a failure does not stop what waits behind it. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new QueueClosed());
    const result = (this.#tails.get(key) ?? Promise.resolve()).then(work);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    return result;
  }

  /** True once `close` was called: long work ends at its next safe point. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Takes no new work and waits for what runs or waits. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#tails.values());
  }

  /** True while work of this key runs or waits. */
  busy(key: string): boolean {
    return this.#tails.has(key);
  }
}
