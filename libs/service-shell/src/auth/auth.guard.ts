import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ProblemError } from '../problems/problem-error.ts';
import type { Caller } from './caller.ts';
import { PUBLIC_ROUTE } from './decorators.ts';
import { TokenRefused, TokenVerifier } from './token-verifier.ts';

interface AuthenticatedRequest {
  headers: Record<string, string | undefined>;
  caller?: Caller;
}

/** Every route wants a token of the gateway, unless it says `@Public()`. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const open = this.reflector.getAllAndOverride<boolean>(PUBLIC_ROUTE, [context.getHandler(), context.getClass()]);
    try {
      request.caller = await this.tokens.verify(bearerOf(request.headers.authorization));
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      if (!open) throw refusal(error);
    }
    return true;
  }
}

function bearerOf(header: string | undefined): string {
  const match = /^Bearer +([\w.~+/-]+=*)$/i.exec(header ?? '');
  if (match?.[1] === undefined)
    throw new TokenRefused('send a token: Authorization: Bearer <access_token of POST /auth/login>');
  return match[1];
}

const refusal = (error: TokenRefused): ProblemError =>
  new ProblemError({
    status: 401,
    code: error.expired ? 'auth.token_expired' : 'auth.token_required',
    detail: error.message,
    headers: { 'www-authenticate': 'Bearer realm="cashloop"' },
  });
