import type { ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const LOOK_MS = 25;

/**
 * Knows the requests in work, so that a closing server waits for them and for nothing else. A connection that a client
 * opened in advance and has not used yet counts as busy for Node: closing would wait a minute for it.
 */
export class InFlight {
  readonly #responses = new Set<ServerResponse>();
  readonly #app: NestFastifyApplication;

  constructor(app: NestFastifyApplication) {
    this.#app = app;
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', (_request, reply, done) => {
        this.#responses.add(reply.raw);
        reply.raw.once('close', () => this.#responses.delete(reply.raw));
        done();
      });
  }

  /** Closes the application; connections without a request are cut as soon as the last request is answered. */
  async close(): Promise<void> {
    let closed = false;
    const closing = this.#app.close().finally(() => (closed = true));
    const server = this.#app.getHttpServer();
    while (!closed) {
      await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
      if (!closed && !server.listening && this.#responses.size === 0) server.closeAllConnections();
    }
    await closing;
  }
}
