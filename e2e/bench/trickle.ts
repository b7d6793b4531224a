import type { OutgoingEvent } from '@cashloop/events';
import { Books } from './books.ts';
import { openPublisher, type Publisher } from './broker.ts';
import { waitUntil } from './stage.ts';
import { invoiceEvents, swinging } from './world.ts';

const EVERY_MS = 100;
const EACH = 40;
/** It must be back as soon as the broker is: while nothing comes, a standing consumer is no fault. */
const SOON = { initialRetryTime: 50, maxRetryTime: 100, retries: 2 };

/** Keeps invoice events coming, some 400 a second over all partitions, whatever happens to the broker. */
export class Trickle {
  /** What must come of all that was sent. */
  readonly books = new Books();
  /** The longest time the broker took none, since somebody set this to 0. */
  longestMs = 0;
  #tookMs = 0;
  readonly #brokers: string;
  #publisher: Publisher | undefined;
  #running = true;
  #resting = false;
  #idle = false;
  readonly #working: Promise<void>;

  constructor(brokers: string) {
    this.#brokers = brokers;
    this.#working = this.#work();
    this.#working.catch(() => undefined); // seen at the end
  }

  /** Holds on once the broker has what was begun: then the books tell all that is on the topic. */
  async rest(): Promise<void> {
    this.#resting = true;
    await waitUntil(async () => this.#idle, 60_000, 'the load');
  }

  goOn(): void {
    this.#tookMs = 0;
    this.#resting = false;
  }

  async end(): Promise<void> {
    this.#running = false;
    await this.#working;
    await this.#publisher?.close();
    this.#publisher = undefined;
  }

  async #work(): Promise<void> {
    for (let set = 1; this.#running; set += 1) {
      const events = invoiceEvents(30 * EACH, new Date(), String(set), swinging);
      for (let at = 0; at < events.length && this.#running; at += EACH) {
        await this.#send(events.slice(at, at + EACH));
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    do {
      this.#idle = this.#resting;
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    } while (this.#resting && this.#running);
    this.#idle = false;
  }

  /** Again until the broker has them; they may then stand there twice. */
  async #send(events: readonly OutgoingEvent[]): Promise<void> {
    while (this.#running) {
      try {
        this.#publisher ??= await openPublisher([this.#brokers], '', SOON);
        await this.#publisher.send(events);
        this.books.add(events);
        const now = performance.now();
        if (this.#tookMs > 0) this.longestMs = Math.max(this.longestMs, now - this.#tookMs);
        this.#tookMs = now;
        return;
      } catch {
        await this.#publisher?.close().catch(() => undefined);
        this.#publisher = undefined;
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    }
  }
}
