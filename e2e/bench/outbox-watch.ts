import { Asker } from './asker.ts';

const EVERY_MS = 50;
const oldest = `select coalesce(extract(epoch from clock_timestamp() - min(created_at)) * 1000, 0)::float8 ms
  from outbox where parked_at is null`;

/** Watches how long events wait in the outbox: without a leader they wait for the next one. */
export class OutboxWatch {
  /** The longest wait since somebody set this to 0. */
  longestMs = 0;
  readonly #asker: Asker;
  #running = true;
  readonly #watching: Promise<void>;

  constructor(url: string) {
    this.#asker = new Asker(url);
    this.#watching = this.#watch();
  }

  async end(): Promise<void> {
    this.#running = false;
    await this.#watching;
    await this.#asker.end();
  }

  async #watch(): Promise<void> {
    while (this.#running) {
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      for (const { ms } of await this.#asker.rows<{ ms: number }>(oldest))
        this.longestMs = Math.max(this.longestMs, ms);
    }
  }
}
