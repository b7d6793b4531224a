import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

const MOST_BYTES = 64 * 1024 * 1024;
type Done = (error: Error | null, body?: unknown) => void;

/**
 * The company API reads its JSON exactly (amounts are never floats) and takes statements as text, so its bodies arrive
 * as bytes; so do bulk rows. Admin calls keep ordinary JSON.
 */
export function keepRawBodies(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('application/json');
  app.useBodyParser(
    'application/json',
    { bodyLimit: MOST_BYTES },
    (request: FastifyRequest, body: Buffer, done: Done) => {
      if (request.url.startsWith('/v3/')) done(null, body);
      else if (body.length === 0) done(null, undefined);
      else void parseJson(request, body.toString('utf8'), done);
    },
  );
  for (const type of ['application/text', 'text/plain', 'application/x-ndjson', 'application/xml']) {
    if (server.hasContentTypeParser(type)) server.removeContentTypeParser(type);
    app.useBodyParser(type, { bodyLimit: MOST_BYTES }, (_: FastifyRequest, body: Buffer, done: Done) =>
      done(null, body),
    );
  }
}
