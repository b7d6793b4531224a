import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

/** One DEBUG line per request: its route pattern, never its query or body. Failures have lines of their own. */
export function logRequests(server: FastifyInstance, log: Logger): void {
  if (!log.isLevelEnabled('debug')) return;
  server.addHook('onResponse', (request, reply, done) => {
    const fields = {
      method: request.method,
      route: request.routeOptions?.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    log.debug(fields, 'request');
    done();
  });
}
