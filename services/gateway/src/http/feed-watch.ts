import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Log, type Logger } from '@cashloop/service-shell';
import { HoldFeedView, type FeedHead } from '../stores/hold-feed.view.ts';

const POLL_MS = 150;
const PAUSE_MS_MAX = 5_000;

/**
 * Tells streams when the feed of their org has moved, whichever replica moved it. One small query for all orgs with an
 * open stream; none while there is no stream.
 */
@Injectable()
export class FeedWatch implements OnModuleDestroy {
  readonly #waiting = new Map<string, Set<(head: FeedHead) => void>>();
  #running = false;
  #closed = false;

  constructor(
    private readonly feed: HoldFeedView,
    @Log() private readonly log: Logger,
  ) {}

  /** Resolves when the org's feed has moved past `seq` (or is another feed), or after `ms`, or on abort. */
  moved(orgId: string, from: FeedHead, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiters = this.#waiting.get(orgId) ?? new Set();
      this.#waiting.set(orgId, waiters);
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        waiters.delete(look);
        if (waiters.size === 0 && this.#waiting.get(orgId) === waiters) this.#waiting.delete(orgId);
        resolve();
      };
      const look = (head: FeedHead): void => {
        if (head.seq > from.seq || head.epoch !== from.epoch) done();
      };
      const timer = setTimeout(done, ms);
      waiters.add(look);
      if (signal.aborted) return done();
      signal.addEventListener('abort', done);
      void this.#run();
    });
  }

  onModuleDestroy(): void {
    this.#closed = true;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    let pauseMs = POLL_MS;
    while (this.#waiting.size > 0 && !this.#closed) {
      try {
        const heads = await this.feed.heads([...this.#waiting.keys()]);
        for (const [orgId, head] of heads) for (const look of [...(this.#waiting.get(orgId) ?? [])]) look(head);
        pauseMs = POLL_MS;
      } catch (err) {
        if (pauseMs === POLL_MS) this.log.warn({ err }, 'cannot read the hold feed: streams wait');
        pauseMs = Math.min(PAUSE_MS_MAX, pauseMs * 2);
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    this.#running = false;
  }
}
