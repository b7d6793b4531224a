import replyFrom from '@fastify/reply-from';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LOGGER, ProblemError, problemOf, sendProblem, type Logger } from '@cashloop/service-shell';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../config.ts';
import { TokenSigner } from '../connectors/signing-key/token-signer.ts';
import { isPlainPath, isPublicRoute, pathOf, ROUTES, type Upstream } from '../domain/upstreams.ts';
import { upstreamErrors } from '../metrics.ts';
import { answerHeaders, forwardHeaders } from './forward-headers.ts';
import { tokenRequired } from './identify.ts';
import { UPSTREAM_POLICY } from './security-headers.ts';
import { upstreamProblem } from './upstream-problem.ts';
import { upstreamUrls } from './upstream-urls.ts';

const BODY_BYTES_MAX = 4 * 1024 * 1024;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Passes requests on to the services behind, by the first segment of the path. Bodies pass as they are, byte for byte:
 * a webhook's signature is over them.
 */
export async function proxy(app: NestFastifyApplication): Promise<void> {
  const config = app.get(GatewayConfig);
  const parts = { urls: upstreamUrls(config), signer: app.get(TokenSigner), log: app.get<Logger>(LOGGER) };
  await app.register(async (scope: FastifyInstance) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    await scope.register(replyFrom, {
      disableRequestLogging: true,
      undici: {
        connections: 128,
        pipelining: 1,
        connect: { timeout: 2_000 },
        headersTimeout: config.GATEWAY_UPSTREAM_TIMEOUT_MS,
        bodyTimeout: config.GATEWAY_UPSTREAM_TIMEOUT_MS,
      },
    });
    scope.setErrorHandler((error, request, reply) => sendProblem(request, reply, problemOf(error)));
    for (const [segment, upstream] of Object.entries(ROUTES)) {
      for (const url of [`/${segment}`, `/${segment}/*`]) {
        scope.route({
          method: METHODS,
          url,
          helmet: UPSTREAM_POLICY,
          handler: (request, reply) => forward(request, reply, upstream, parts),
        });
      }
    }
  });
}

interface ProxyParts {
  urls: Readonly<Record<Upstream, string>>;
  signer: TokenSigner;
  log: Logger;
}

async function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  upstream: Upstream,
  parts: ProxyParts,
): Promise<FastifyReply> {
  const path = pathOf(request.url);
  if (!isPlainPath(path))
    throw new ProblemError({ status: 404, code: 'route.not_found', detail: 'there is nothing at this path' });
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  const open = isPublicRoute(request.method, path);
  if (!open && request.identity === undefined) throw request.refusal ?? tokenRequired();
  const token = open ? await parts.signer.systemToken() : undefined;
  return reply.from(parts.urls[upstream] + path, {
    rewriteRequestHeaders: (_, headers) => forwardHeaders(request, headers, token),
    rewriteHeaders: (headers) => answerHeaders(headers),
    retryDelay: ({ err, attempt }) => (request.method === 'GET' && attempt === 0 && brokeOff(err) ? 10 : null),
    onError: (failed, { error }) => answerFailure(request, failed, error, upstream, parts.log),
  });
}

/** A connection kept open may close just as it is used again: reading once more does no harm. */
const brokeOff = (error: Error | null | undefined): boolean =>
  ['ECONNRESET', 'UND_ERR_SOCKET'].includes((error as { code?: string } | null)?.code ?? '');

function answerFailure(request: FastifyRequest, reply: unknown, error: Error, upstream: Upstream, log: Logger): void {
  const { problem, reason } = upstreamProblem(error, upstream);
  upstreamErrors.inc({ upstream, reason });
  log.warn(
    { err: error, upstream, reason, method: request.method, route: request.routeOptions.url },
    'a service behind did not answer',
  );
  sendProblem(request, reply as FastifyReply, problem);
}

const tooLarge = (): ProblemError =>
  new ProblemError({ status: 413, code: 'request.too_large', detail: `a body has at most ${BODY_BYTES_MAX} bytes` });
