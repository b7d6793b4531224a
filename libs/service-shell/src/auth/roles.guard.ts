import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ProblemError } from '../problems/problem-error.ts';
import type { Caller, Role } from './caller.ts';
import { ROUTE_ROLES } from './decorators.ts';

/** Lets a caller pass who has one of the roles the route names. Runs after AuthGuard. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const wanted = this.reflector.getAllAndOverride<Role[] | undefined>(ROUTE_ROLES, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (wanted === undefined) return true;
    const caller = context.switchToHttp().getRequest<{ caller?: Caller }>().caller;
    if (caller?.roles.some((role) => (wanted as string[]).includes(role))) return true;
    throw new ProblemError({
      status: 403,
      code: 'auth.forbidden',
      detail: `this needs one of the roles ${wanted.join(', ')}`,
    });
  }
}
