import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestBudget } from '../domain/request-budget.ts';

/** Counts requests from their arrival until their answer is out, before anything else is looked at. */
@Injectable()
export class InFlightGuard implements CanActivate {
  constructor(private readonly budget: RequestBudget) {}

  /** @throws GatewayFault 429 */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { realm: string } }>>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    reply.raw.once('close', this.budget.enter(request.params.realm));
    return true;
  }
}
