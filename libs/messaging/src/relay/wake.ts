import type { DataSource } from 'typeorm';
import { WAKE_CHANNEL } from './leadership.ts';

const DEBOUNCE_MS = 10;

/** A bell: `wait` ends when somebody rings, also when it rang just before. */
export class Bell {
  #rung = false;
  #listener: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#listener?.();
  }

  /** Waits for a ring, at most `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#listener = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#listener = undefined;
    this.#rung = false;
  }
}

/**
 * Tells the leading process of the service that the outbox has rows. Never inside the business transaction: NOTIFY takes
 * a lock that is held over the commit, and all commits of the database would queue behind each other.
 */
export class Notifier {
  readonly #dataSource: DataSource;
  #timer: NodeJS.Timeout | undefined;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Many commits within some milliseconds are one notification. A lost one costs a poll interval, no more. */
  notify(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#dataSource.query(`notify ${WAKE_CHANNEL}`).catch(() => undefined);
    }, DEBOUNCE_MS).unref();
  }
}
