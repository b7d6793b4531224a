import { context, type Context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('cashloop.messaging');
const LINKS_MAX = 32;

const contextOf = (traceparent: string): Context => propagation.extract(context.active(), { traceparent });

/**
 * Runs one batch in one span. It continues the trace of the first event, so that an event that comes alone is one trace
 * from its source to its last effect, and links to the others.
 */
export function inBatchSpan<T>(
  name: string,
  traceparents: Iterable<string | undefined>,
  fn: () => Promise<T>,
): Promise<T> {
  const [first, ...others] = distinct(traceparents);
  const links = others.flatMap((other) => {
    const spanContext = trace.getSpanContext(contextOf(other));
    return spanContext === undefined ? [] : [{ context: spanContext }];
  });
  const parent = first === undefined ? context.active() : contextOf(first);
  return tracer.startActiveSpan(name, { kind: SpanKind.CONSUMER, links }, parent, (span) => ended(span, fn));
}

/** A run is where a trace begins: what it reads outside, the events it writes, and all that follows from them. */
export const inRunSpan = <T>(name: string, fn: () => Promise<T>): Promise<T> =>
  tracer.startActiveSpan(`run ${name}`, { root: true }, (span) => ended(span, fn));

/** The trace that events written now belong to; without a tracer the trace of the event that caused them. */
export function currentTraceparent(cause?: string): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? cause;
}

/** An event as a cause: the one that brought it, and where it stood. */
interface Cause {
  readonly key: string;
  readonly traceparent?: string | undefined;
}

/**
 * The trace of each event that a batch puts out: that of the newest event of its key in the batch, else the one the batch
 * continues. So two customers in one batch stay two traces.
 */
export function tracesOf(causes: readonly Cause[]): (outgoing: { readonly key: string }) => string | undefined {
  const own = currentTraceparent(causes[0]?.traceparent);
  const byKey = new Map<string, string>();
  for (const { key, traceparent = '' } of causes) if (TRACEPARENT.test(traceparent)) byKey.set(key, traceparent);
  return ({ key }) => {
    const cause = byKey.get(key);
    return cause === undefined || traceIdOf(cause) === traceIdOf(own) ? own : cause;
  };
}

/** https://www.w3.org/TR/trace-context/#traceparent-header: version, trace id, parent id, flags. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const traceIdOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];

function distinct(traceparents: Iterable<string | undefined>): string[] {
  const found = new Set<string>();
  for (const traceparent of traceparents) {
    if (traceparent !== undefined) found.add(traceparent);
    if (found.size > LINKS_MAX) break;
  }
  return [...found];
}

async function ended<T>(span: Span, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    span.recordException(error as Error);
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
