/** One server-sent event. */
export interface Sse {
  event: string;
  id?: string;
  // Answers are as loose as JSON: the tests say what they expect of them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data: any;
}

/** Reads a stream as a program would; `close` leaves it. */
export class SseReader {
  readonly events: Sse[] = [];
  heartbeats = 0;
  ended = false;
  readonly #abort = new AbortController();
  #text = '';

  static async open(url: string, token: string, lastId?: string): Promise<SseReader> {
    const reader = new SseReader();
    const headers = { authorization: `Bearer ${token}`, ...(lastId && { 'last-event-id': lastId }) };
    const answer = await fetch(`${url}/credit/holds/stream`, { headers, signal: reader.#abort.signal });
    if (answer.status !== 200) throw new Error(`stream answered ${answer.status}`);
    void reader.#read(answer.body!);
    return reader;
  }

  close(): void {
    this.#abort.abort();
  }

  get lastId(): string | undefined {
    return this.events.findLast((event) => event.id !== undefined)?.id;
  }

  holds(): { account: string; version: number; state: string }[] {
    return this.events
      .filter((event) => event.event === 'hold')
      .map(({ data }) => ({ account: String(data.account_id), version: data.version, state: data.state }));
  }

  get ready(): boolean {
    return this.events.some((event) => event.event === 'ready');
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) this.#take(decoder.decode(chunk, { stream: true }));
    } catch {
      // Left by close().
    }
    this.ended = true;
  }

  #take(chunk: string): void {
    const blocks = (this.#text + chunk).split('\n\n');
    this.#text = blocks.pop()!;
    for (const block of blocks) {
      if (block.startsWith(':')) this.heartbeats += 1;
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const data = field('data');
      if (data !== undefined) this.events.push({ event: field('event')!, id: field('id'), data: JSON.parse(data) });
    }
  }
}
