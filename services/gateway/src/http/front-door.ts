import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { problemOf, sendProblem, TokenVerifier } from '@cashloop/service-shell';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../config.ts';
import { RateCounter } from '../connectors/rate-counter/rate-counter.ts';
import { ActiveCallers } from '../stores/active-callers.view.ts';
import { identify } from './identify.ts';
import { limitRate } from './rate-limit.ts';
import { PAGE_POLICY } from './security-headers.ts';

/** What every request passes first, ours and those for the services behind: headers, identity, rate limit. */
export async function frontDoor(app: NestFastifyApplication): Promise<void> {
  const config = app.get(GatewayConfig);
  const [tokens, callers, counter] = [app.get(TokenVerifier), app.get(ActiveCallers), app.get(RateCounter)];
  await app.register(helmet, PAGE_POLICY);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
      try {
        await identify(request, tokens, callers);
        await limitRate(request, reply, counter, config.GATEWAY_RATE_LIMIT_PER_MINUTE);
      } catch (error) {
        sendProblem(request, reply, problemOf(error));
        return reply;
      }
      // A token that is no longer good is refused here, so that no route has to think of it.
      if (request.refusal?.code === 'auth.token_revoked') {
        sendProblem(request, reply, request.refusal);
        return reply;
      }
      return undefined;
    });
}
