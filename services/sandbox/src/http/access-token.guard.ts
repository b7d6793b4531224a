import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { notAuthorised, unauthenticated } from '../domain/faults.ts';
import { DoGrantAccess } from '../handlers/do-grant-access.ts';

/** An access token opens one company. */
@Injectable()
export class AccessTokenGuard implements CanActivate {
  constructor(private readonly access: DoGrantAccess) {}

  /** @throws GatewayFault 401 with 3200, 403 with 3100 */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { realm: string } }>>();
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw unauthenticated('Token missing: send Authorization: Bearer');
    const realm = await this.access.realmOf(token);
    if (realm === undefined) throw unauthenticated('Token expired, revoked or malformed');
    if (realm !== request.params.realm) throw notAuthorised();
    return true;
  }
}
