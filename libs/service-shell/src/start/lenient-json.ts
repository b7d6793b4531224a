import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/**
 * Many clients say `content-type: application/json` on a POST without a body; Fastify refuses that. Here it is no body,
 * and what a route requires is said by its own validation.
 */
export function lenientJson(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  const parse = server.getDefaultJsonParser('error', 'error');
  const { bodyLimit } = server.initialConfig;
  const lenient = (
    request: FastifyRequest,
    body: Buffer,
    done: (error: Error | null, body?: unknown) => void,
  ): void => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body as never, done);
  };
  app.useBodyParser('application/json', { bodyLimit }, lenient);
}
