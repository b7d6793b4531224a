import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const traced = new WeakMap<FastifyRequest, { context: Context; span: Span }>();

/** Gives each request a span, as a child of the caller's `traceparent`, in force for all that the request does. */
export function traceRequests(server: FastifyInstance): void {
  const tracer = trace.getTracer('cashloop-http');
  server.addHook('onRequest', (request, _reply, done) => {
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const span = tracer.startSpan(
      `${request.method} ${request.routeOptions?.url ?? 'unknown'}`,
      { kind: SpanKind.SERVER },
      parent,
    );
    const own = trace.setSpan(parent, span);
    traced.set(request, { context: own, span });
    context.with(own, done);
  });
  // Reading the body continues in the socket's own context: enter ours again.
  server.addHook('preValidation', (request, _reply, done) => {
    context.with(traced.get(request)?.context ?? context.active(), done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const span = traced.get(request)?.span;
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}
