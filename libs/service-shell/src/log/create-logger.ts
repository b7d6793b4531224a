import { context, trace } from '@opentelemetry/api';
import { pino, stdSerializers, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { teriCodeOf } from './customer-field.ts';
import { redactedPaths } from './redaction.ts';

export type { Logger } from 'pino';

/**
 * JSON lines on standard output: `level` in words, ISO `time`, `service`, `trace_id` of the request or event in work.
 * ERROR means that somebody must act; what repairs itself is WARN.
 */
export function createLogger(options: { service: string; level: string }, destination?: DestinationStream): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service, pid: process.pid },
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { customer: teriCodeOf, err: stdSerializers.err, error: stdSerializers.err },
      redact: { paths: redactedPaths, censor: '[hidden]' },
      mixin: traceFields,
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

function traceFields(): object {
  const span = trace.getSpanContext(context.active());
  return span === undefined ? {} : { trace_id: span.traceId };
}
