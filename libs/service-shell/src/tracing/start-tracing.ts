import { setTimeout } from 'node:timers/promises';
import { context, propagation } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

let provider: NodeTracerProvider | undefined;

/**
 * Makes trace contexts travel: through `await` (AsyncLocalStorage), through HTTP and Kafka (W3C traceparent). Logs and events
 * carry the ids. Spans go to the collector that OTEL_EXPORTER_OTLP_ENDPOINT (or ..._TRACES_ENDPOINT) names, if one does; one
 * that is away costs spans and nothing else.
 */
export function startTracing(service: string): void {
  if (provider !== undefined) return;
  const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces } = process.env;
  const collected = Boolean(traces) || Boolean(all); // an empty one counts as none
  provider = new NodeTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': service })),
    spanProcessors: collected ? [new BatchSpanProcessor(new OTLPTraceExporter())] : [],
  });
  provider.register({ propagator: new W3CTraceContextPropagator() });
}

const FLUSH_MS = 2_000;

/** Sends what is left, unless the collector does not answer. */
export async function flushTraces(): Promise<void> {
  const flushed = provider?.forceFlush().catch(() => undefined);
  await Promise.race([flushed, setTimeout(FLUSH_MS, undefined, { ref: false })]);
}

/** Headers that continue the trace in work, for a call to another service. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}
