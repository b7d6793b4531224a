import type { FastifyRequest } from 'fastify';
import { ProblemError, TokenRefused, type CallerIdentity, type TokenVerifier } from '@cashloop/service-shell';
import type { ActiveCallers } from '../stores/active-callers.view.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token came along, if it is good; the guard and the proxy decide whether one is needed. */
    identity?: CallerIdentity;
    /** Why the token that came along is not good. */
    refusal?: ProblemError;
  }
}

/** Reads the token once per request, and asks whether its subject may still call. */
export async function identify(request: FastifyRequest, tokens: TokenVerifier, callers: ActiveCallers): Promise<void> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) return;
  try {
    const caller = await tokens.verify(token);
    if (await callers.mayCall(caller)) request.identity = caller;
    else request.refusal = refused('auth.token_revoked', 'this token is no longer good: sign in again');
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    request.refusal = refused(error.expired ? 'auth.token_expired' : 'auth.token_required', error.message);
  }
}

const refused = (code: string, detail: string): ProblemError =>
  new ProblemError({ status: 401, code, detail, headers: { 'www-authenticate': 'Bearer realm="cashloop"' } });

export const tokenRequired = (): ProblemError =>
  refused('auth.token_required', 'send a token: Authorization: Bearer <access_token of POST /auth/login>');
