import { randomBytes } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable, tap } from 'rxjs';
import { type ExactObject, writeExact } from '../domain/exact-json.ts';
import { systemFailure, throttled } from '../domain/faults.ts';
import { InjectedFaults } from '../domain/injected-faults.ts';
import { RequestBudget } from '../domain/request-budget.ts';
import { inMillis } from '../domain/timestamps.ts';
import { answerXml } from '../domain/to-xml.ts';
import { apiRequests } from '../metrics.ts';
import { SandboxClock } from '../stores/sandbox-clock.store.ts';
import { wantsJson } from './api-request.ts';

const REPLY_ZONE = 'America/Los_Angeles';

/** Around every call of the company API: allowance, injected faults, and the answer as JSON or XML. */
@Injectable()
export class ApiInterceptor implements NestInterceptor {
  constructor(
    private readonly budget: RequestBudget,
    private readonly faults: InjectedFaults,
    private readonly clock: SandboxClock,
  ) {}

  /** @throws GatewayFault 429, ApiFault 10000 */
  intercept(context: ExecutionContext, next: CallHandler<ExactObject>): Observable<string | undefined> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { realm: string } }>>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const { realm } = request.params;
    const path = request.url.split('?')[0] ?? '';
    if (this.faults.takes('throttle', realm)) throw throttled('An injected fault');
    this.budget.take(realm, path.endsWith('/batch'), this.clock.now().getTime());
    if (this.faults.takes('http500', realm)) throw systemFailure();
    const isWrite = request.method === 'POST' && !path.endsWith('/query');
    return next.handle().pipe(
      tap(() => apiRequests.inc({ outcome: 'ok' })),
      map((answer) =>
        isWrite && this.faults.takes('timeout_after_commit', realm) ? cut(reply) : this.#write(answer, request, reply),
      ),
    );
  }

  #write(answer: ExactObject, request: FastifyRequest, reply: FastifyReply): string {
    const whole: ExactObject = { ...answer, time: answer['time'] ?? inMillis(this.clock.now(), REPLY_ZONE) };
    const json = wantsJson(request.headers.accept);
    void reply.headers({
      'content-type': json ? 'application/json;charset=UTF-8' : 'application/xml;charset=UTF-8',
      intuit_tid: traceId(),
    });
    return json ? writeExact(whole) : answerXml(whole);
  }
}

/** The write is committed, and the client never learns it. */
function cut(reply: FastifyReply): undefined {
  reply.hijack();
  reply.raw.destroy();
}

/** As Intuit writes it: version, seconds, random. */
export const traceId = (): string =>
  `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
