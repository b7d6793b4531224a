import type { IncomingHttpHeaders } from 'node:http';
import { traceHeaders } from '@cashloop/service-shell';
import type { FastifyRequest } from 'fastify';

/** What ends at this hop, or what an outsider must not tell the inside. reply-from drops what `Connection` names. */
const DROPPED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'cookie',
  'forwarded',
  'traceparent',
  'tracestate',
]);

/** Headers of the call to the service behind. `token` replaces the caller's Authorization when given. */
export function forwardHeaders(
  request: FastifyRequest,
  headers: IncomingHttpHeaders,
  token?: string,
): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(
    ([name]) => !DROPPED.has(name) && !name.startsWith('x-forwarded-') && name !== 'x-real-ip',
  );
  return {
    ...Object.fromEntries(kept),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...traceHeaders(),
    'x-forwarded-for': request.ip,
    'x-forwarded-proto': request.protocol,
    'x-forwarded-host': request.host,
  };
}

const HIDDEN = new Set(['server', 'x-powered-by', 'keep-alive', 'connection']);

/** Headers of the answer: nothing about what runs inside. */
export const answerHeaders = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HIDDEN.has(name)));
