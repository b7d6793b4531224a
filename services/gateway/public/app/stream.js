import { Problem } from './api.js';

/**
 * Server-sent events over fetch: EventSource cannot send an Authorization header, and a token does not belong into an
 * address. Comes again by itself, from the last event it saw.
 */

// The server sends a heartbeat every 15 s.
const SILENCE_MS_MAX = 40_000;
const PAUSE_MS_MAX = 15_000;

export class EventStream {
  #abort = null;
  #lastId = null;
  #failures = 0;
  #timer = null;

  /** @param on `{ open(), event(name, data), lost(waitMs, error), refused(problem) }` */
  constructor(path, headers, on) {
    this.path = path;
    this.headers = headers;
    this.on = on;
  }

  async start() {
    clearTimeout(this.#timer);
    const abort = new AbortController();
    this.#abort = abort;
    try {
      await this.#read(abort);
      this.#again(abort, null);
    } catch (error) {
      if (abort.stopped) return;
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) this.on.refused(error);
      else this.#again(abort, error);
    }
  }

  stop() {
    clearTimeout(this.#timer);
    if (this.#abort) {
      this.#abort.stopped = true;
      this.#abort.abort();
    }
  }

  async #read(abort) {
    let silence = setTimeout(() => abort.abort(), SILENCE_MS_MAX);
    try {
      const headers = {
        ...this.headers(),
        accept: 'text/event-stream',
        ...(this.#lastId && { 'last-event-id': this.#lastId }),
      };
      const answer = await fetch(this.path, { headers, signal: abort.signal, cache: 'no-store' });
      if (!answer.ok) throw await Problem.of(answer);
      this.on.open();
      this.#failures = 0;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(() => abort.abort(), SILENCE_MS_MAX);
        text = this.#take(text + value);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  /** Handles whole events and returns the unfinished rest. */
  #take(text) {
    const blocks = text.split(/\r?\n\r?\n/);
    const rest = blocks.pop();
    for (const block of blocks) this.#handle(block);
    return rest;
  }

  #handle(block) {
    let [name, id, data] = ['message', null, ''];
    for (const line of block.split(/\r?\n/)) {
      const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === 'event') name = value;
      if (field === 'id') id = value;
      if (field === 'data') data += value;
    }
    if (data !== '') this.on.event(name, JSON.parse(data));
    if (id !== null) this.#lastId = id;
  }

  #again(abort, error) {
    if (abort.stopped) return;
    const told = error instanceof Problem ? error.retryAfterMs : 0;
    const pause = Math.min(PAUSE_MS_MAX, 500 * 2 ** this.#failures) * (0.7 + Math.random() * 0.6);
    const waitMs = Math.max(told, Math.round(pause));
    this.#failures += 1;
    this.on.lost(waitMs, error);
    this.#timer = setTimeout(() => this.start(), waitMs);
  }
}
