import { topicDefs, type OutgoingEvent } from '@cashloop/events';
import type { Feed } from '../drill/feed.ts';
import { invoiceEvents } from './world.ts';

const EVERY_MS = 100;
const EACH = 40;

/** Keeps invoice events coming, some 400 a second over all partitions, whatever happens to the broker. */
export class Trickle {
  readonly sent: OutgoingEvent[] = [];
  readonly #feed: Feed;
  #running = true;
  readonly #working: Promise<void>;

  constructor(feed: Feed) {
    this.#feed = feed;
    this.#working = this.#work();
    this.#working.catch(() => undefined); // seen at the end
  }

  /** @returns records on the topic: a send that was repeated may stand there twice */
  async end(): Promise<number> {
    this.#running = false;
    await this.#working;
    return this.#feed.ends(topicDefs.receivable.name);
  }

  async #work(): Promise<void> {
    for (let set = 1; this.#running; set += 1) {
      const events = invoiceEvents(30 * EACH, new Date(), String(set));
      for (let at = 0; at < events.length && this.#running; at += EACH) {
        const part = events.slice(at, at + EACH);
        await this.#feed.publish(part, false);
        this.sent.push(...part);
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    }
  }
}
