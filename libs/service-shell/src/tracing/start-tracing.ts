import { context, propagation } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

let started = false;

/**
 * Makes trace contexts travel: through `await` (AsyncLocalStorage), through HTTP and Kafka (W3C traceparent).
 * Spans are made for their ids: logs and events carry them. None is sent anywhere.
 */
export function startTracing(): void {
  if (started) return;
  started = true;
  new NodeTracerProvider().register({ propagator: new W3CTraceContextPropagator() });
}

/** Headers that continue the trace in work, for a call to another service. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}
