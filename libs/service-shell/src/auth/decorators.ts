import { createParamDecorator, SetMetadata } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { Caller as CallerIdentity, Role } from './caller.ts';

export const PUBLIC_ROUTE = 'cashloop:public-route';
export const ROUTE_ROLES = 'cashloop:route-roles';

/** The route, or all routes of the controller, want no token. */
export const Public =
  (): MethodDecorator & ClassDecorator => (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    SetMetadata(PUBLIC_ROUTE, true)(target, key as string, descriptor as PropertyDescriptor);
    // An empty requirement tells readers of the OpenAPI document that no token is wanted.
    ApiSecurity({})(target as never, key as string, descriptor as PropertyDescriptor);
  };

/** The caller needs one of these roles; without it any signed-in caller may. */
export const Roles = (...roles: Role[]): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ROLES, roles);

/** Who sends the request. */
export type Caller = CallerIdentity;

/** `@Caller() caller: Caller`. On public routes undefined, unless a valid token came along. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerIdentity | undefined => {
  return context.switchToHttp().getRequest<{ caller?: CallerIdentity }>().caller;
});
