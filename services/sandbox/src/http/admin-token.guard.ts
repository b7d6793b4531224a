import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ProblemError } from '@cashloop/service-shell';
import type { FastifyRequest } from 'fastify';
import { SandboxConfig } from '../config.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The admin API wants the stand-in's own token, not one of the gateway's. */
@Injectable()
export class AdminTokenGuard implements CanActivate {
  constructor(private readonly config: SandboxConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const { authorization = '' } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    if (timingSafeEqual(digest(authorization), digest(`Bearer ${this.config.SANDBOX_ADMIN_TOKEN}`))) return true;
    throw new ProblemError({
      status: 401,
      code: 'sandbox.admin_token_required',
      detail: 'send Authorization: Bearer with the value of SANDBOX_ADMIN_TOKEN',
    });
  }
}

export const unknownCompany = (realmId: string): ProblemError =>
  ProblemError.notFound('sandbox.company_not_found', `there is no company ${realmId}; GET /admin/companies lists them`);
