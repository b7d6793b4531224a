import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { Log, type Logger } from '@cashloop/service-shell';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExactObject, writeExact } from '../domain/exact-json.ts';
import { faultMember, gatewayFaultJson, gatewayFaultMember } from '../domain/fault-answers.ts';
import { ApiFault, GatewayFault, systemFailure } from '../domain/faults.ts';
import { inMillis } from '../domain/timestamps.ts';
import { answerXml } from '../domain/to-xml.ts';
import { apiRequests } from '../metrics.ts';
import { SandboxClock } from '../stores/sandbox-clock.store.ts';
import { traceId } from './api.interceptor.ts';
import { wantsJson } from './api-request.ts';

const REPLY_ZONE = 'America/Los_Angeles';

/** Refusals of the company API in Intuit's two shapes. */
@Catch()
export class ApiFaultFilter implements ExceptionFilter {
  constructor(
    private readonly clock: SandboxClock,
    @Log() private readonly log: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const json = wantsJson(request.headers.accept);
    if (error instanceof GatewayFault) return this.#gateway(error, reply, json);
    if (!(error instanceof ApiFault)) this.log.error({ err: error }, 'a request of the company API failed');
    const fault = error instanceof ApiFault ? error : systemFailure();
    apiRequests.inc({ outcome: fault.status === 500 ? 'error' : 'fault' });
    this.#send(reply, fault.status, json, { Fault: faultMember(fault) });
  }

  #gateway(fault: GatewayFault, reply: FastifyReply, json: boolean): void {
    apiRequests.inc({ outcome: fault.status === 429 ? 'throttled' : 'fault' });
    if (fault.status === 401) void reply.header('WWW-Authenticate', 'Bearer realm="Intuit", error="invalid_token"');
    if (!json) return this.#send(reply, fault.status, json, { Fault: gatewayFaultMember(fault) });
    void reply
      .status(fault.status)
      .headers({ 'content-type': 'application/json;charset=UTF-8', intuit_tid: traceId() })
      .send(gatewayFaultJson(fault, this.clock.now().getTime()));
  }

  #send(reply: FastifyReply, status: number, json: boolean, members: ExactObject): void {
    const answer: ExactObject = { ...members, time: inMillis(this.clock.now(), REPLY_ZONE) };
    const type = json ? 'application/json;charset=UTF-8' : 'application/xml;charset=UTF-8';
    void reply
      .status(status)
      .headers({ 'content-type': type, intuit_tid: traceId() })
      .send(json ? writeExact(answer) : answerXml(answer));
  }
}
