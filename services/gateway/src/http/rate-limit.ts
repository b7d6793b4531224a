import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '@cashloop/service-shell';
import type { RateCounter } from '../connectors/rate-counter/rate-counter.ts';
import type { RateRule } from '../domain/sliding-window.ts';
import { pathOf } from '../domain/upstreams.ts';
import { rateLimited } from '../metrics.ts';

const MINUTE_MS = 60_000;
/** Files and probes: nothing behind them costs anything. */
const FREE = /^\/(health(\/live)?|metrics|favicon\.ico|app(\/.*)?|docs(\/.*)?|\.well-known\/.*)?$/;
// An accounting system sends in bursts and repeats what we refuse: its own, larger allowance.
const WEBHOOK_FACTOR = 10;

/** @throws ProblemError 429 with Retry-After */
export async function limitRate(
  request: FastifyRequest,
  reply: FastifyReply,
  counter: RateCounter,
  perMinute: number,
): Promise<void> {
  const path = pathOf(request.url);
  if (FREE.test(path)) return;
  const caller = request.identity;
  const webhook = path === '/qbo/webhook';
  const kind = caller === undefined ? (webhook ? 'webhook' : 'address') : caller.kind;
  const who = caller === undefined ? request.ip : `${caller.orgId}:${caller.userId}`;
  const rule: RateRule = { limit: webhook ? perMinute * WEBHOOK_FACTOR : perMinute, windowMs: MINUTE_MS };
  const answer = await counter.count(`${kind}:${who}`, rule);
  void reply.headers({ 'ratelimit-limit': rule.limit, 'ratelimit-remaining': answer.remaining });
  if (answer.allowed) return;
  rateLimited.inc({ kind });
  throw new ProblemError({
    status: 429,
    code: 'rate.limited',
    detail: `more than ${rule.limit} requests in a minute`,
    headers: { 'retry-after': String(Math.ceil(answer.retryAfterMs / 1000)) },
  });
}
