import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { BEFORE_ANY, positionId, resumeFrom, sseEvent, type StreamPosition } from '../domain/stream-position.ts';
import type { FeedRow, HoldFeedView } from '../stores/hold-feed.view.ts';
import type { FeedWatch } from './feed-watch.ts';

export interface StreamParts {
  feed: HoldFeedView;
  watch: FeedWatch;
  heartbeatMs: number;
}

// A reader that takes nothing for so long is gone.
const DRAIN_MS_MAX = 60_000;

/**
 * One open stream. Back-pressure is the reader's own pace: the next page is read from the table when the last one has
 * been taken, and an account that changed ten times meanwhile is sent once, as it now stands.
 */
export class HoldStream {
  constructor(
    private readonly parts: StreamParts,
    private readonly orgId: string,
    private readonly response: ServerResponse,
    private readonly signal: AbortSignal,
  ) {}

  /** Ends when the signal says so; throws when the database or the reader fails, and then the reader comes again. */
  async run(last: StreamPosition | undefined): Promise<void> {
    let position = await this.#open(last);
    while (!this.signal.aborted) {
      position = await this.#sendChanges(position);
      await this.parts.watch.moved(this.orgId, position, this.parts.heartbeatMs, this.signal);
      if (this.signal.aborted) return;
      const head = await this.#head();
      const next = resumeFrom(position, head);
      if (head.seq === next?.seq) await this.#write(': heartbeat\n\n');
      position = next ?? (await this.#open(undefined));
    }
  }

  async #open(last: StreamPosition | undefined): Promise<StreamPosition> {
    const head = await this.#head();
    await this.#write('retry: 2000\n\n');
    const from = resumeFrom(last, head);
    if (from !== undefined) {
      const position = await this.#sendChanges(from, head.seq);
      await this.#write(sseEvent('ready', { resumed: true }, positionId(position)));
      return position;
    }
    await this.#write(sseEvent('reset', {}));
    await this.#sendSnapshot(head);
    await this.#write(sseEvent('ready', { resumed: false }, positionId(head)));
    return head;
  }

  /** All accounts held as of `head`; what changes meanwhile has a higher number and follows. */
  async #sendSnapshot(head: StreamPosition): Promise<void> {
    let after = 0n;
    for (;;) {
      const rows = await this.parts.feed.page(this.orgId, { after, upTo: head.seq, heldOnly: true });
      if (rows.length === 0 || this.signal.aborted) return;
      for (const row of rows) await this.#send(head.epoch, row);
      after = rows.at(-1)!.seq;
    }
  }

  async #sendChanges(from: StreamPosition, upTo?: bigint): Promise<StreamPosition> {
    let position = from;
    for (;;) {
      const rows = await this.parts.feed.page(this.orgId, { after: position.seq, upTo });
      if (rows.length === 0 || this.signal.aborted)
        return upTo !== undefined && upTo > position.seq ? { ...position, seq: upTo } : position;
      for (const row of rows) await this.#send(position.epoch, row);
      position = { ...position, seq: rows.at(-1)!.seq };
    }
  }

  async #head(): Promise<StreamPosition> {
    return (await this.parts.feed.heads([this.orgId])).get(this.orgId) ?? BEFORE_ANY;
  }

  #send(epoch: string, row: FeedRow): Promise<void> {
    return this.#write(sseEvent('hold', row.hold, positionId({ epoch, seq: row.seq })));
  }

  async #write(text: string): Promise<void> {
    if (this.signal.aborted || this.response.write(text)) return;
    await once(this.response, 'drain', { signal: AbortSignal.any([this.signal, AbortSignal.timeout(DRAIN_MS_MAX)]) });
  }
}
