import { ProblemError } from '@cashloop/service-shell';
import type { Upstream } from '../domain/upstreams.ts';

interface ProxyError extends Error {
  statusCode?: number;
}

const AWAY = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What a caller is told when a service behind gives no answer, and a word for the metric. */
export function upstreamProblem(error: ProxyError, upstream: Upstream): { problem: ProblemError; reason: string } {
  const codes = codesOf(error);
  if (codes.some((code) => AWAY.has(code))) return { reason: 'away', problem: away(upstream) };
  if (codes.some((code) => /TIMEOUT/.test(code)) || error.statusCode === 504)
    return { reason: 'slow', problem: slow(upstream) };
  return { reason: 'broken', problem: broken(upstream) };
}

function codesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  // A host with several addresses fails with an AggregateError.
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const inner = Array.isArray(errors) ? errors.flatMap(codesOf) : [];
  return [...(typeof code === 'string' ? [code] : []), ...codesOf(cause), ...inner];
}

const away = (upstream: Upstream): ProblemError =>
  new ProblemError({
    status: 503,
    code: 'gateway.service_away',
    detail: `${upstream} is not there for the moment; nothing was done, try again`,
    headers: { 'retry-after': '2' },
  });

const slow = (upstream: Upstream): ProblemError =>
  new ProblemError({
    status: 504,
    code: 'gateway.service_slow',
    detail: `${upstream} did not answer in time; it may have done what was asked: repeat with the same Idempotency-Key`,
    headers: { 'retry-after': '5' },
  });

const broken = (upstream: Upstream): ProblemError =>
  new ProblemError({
    status: 503,
    code: 'gateway.service_broke_off',
    detail: `${upstream} broke off before it answered; it may have done what was asked: repeat with the same Idempotency-Key`,
    headers: { 'retry-after': '2' },
  });
