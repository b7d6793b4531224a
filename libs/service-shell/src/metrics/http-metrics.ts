import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Histogram, register } from 'prom-client';

const NAME = 'cashloop_http_request_duration_seconds';

/** Registers the process's own metrics and a histogram of requests, once per process. */
export function httpHistogram(): Histogram<'method' | 'route' | 'status'> {
  const known = register.getSingleMetric(NAME);
  if (known) return known as Histogram<'method' | 'route' | 'status'>;
  collectDefaultMetrics({ register });
  return new Histogram({
    name: NAME,
    help: 'Time to answer a request, by route pattern (never by path: ids would make endless series)',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
}

export function measureRequests(server: FastifyInstance): void {
  const histogram = httpHistogram();
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions?.url ?? 'unknown';
    histogram.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
}
