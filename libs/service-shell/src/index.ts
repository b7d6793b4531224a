export { startService } from './start/start-service.ts';
export { bootService } from './start/boot-service.ts';
export { ServiceShellModule } from './shell.module.ts';
export type { BootOptions, RunningService, ServiceOptions, ShellOptions } from './shell-options.ts';
export { ServiceConfig } from './config/service-config.ts';
export { ConfigError } from './config/config-error.ts';
export { readConfig, type Environment } from './config/read-config.ts';
export { Caller, Public, Roles } from './auth/decorators.ts';
export {
  NO_ORG,
  ROLES,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
  type Caller as CallerIdentity,
  type Role,
} from './auth/caller.ts';
export { pemOf, TokenRefused, TokenVerifier } from './auth/token-verifier.ts';
export { ProblemError, type FieldFault, type ProblemInit } from './problems/problem-error.ts';
export { problemBody, PROBLEM_TYPE, type ProblemBody } from './problems/problem-body.ts';
export { problemOf } from './problems/problem-of.ts';
export { sendProblem } from './problems/send-problem.ts';
export { RouteTable } from './problems/route-table.ts';
export { MoneyInput, parseMoney, type MoneyInputOptions } from './http/money-input.ts';
export { EntityIdPipe } from './http/entity-id.pipe.ts';
export { sendReply, type StoredReply } from './http/send-reply.ts';
export { IdempotencyKey } from './http/idempotency-key.ts';
export { ListQuery, type Page } from './lists/list-query.ts';
export { decodeCursor, encodeCursor, type Cursor } from './lists/cursor.ts';
export { listPlan, type ListPlan, type ListSpec, type SortColumn } from './lists/list-plan.ts';
export { createLogger, type Logger } from './log/create-logger.ts';
export { customerField } from './log/customer-field.ts';
export { Log, LOGGER } from './log/log.token.ts';
export { HealthParts, type HealthPart, type PartState } from './health/health-parts.ts';
export { RedisConnection } from './redis/redis-connection.ts';
export { OpenApiDocument } from './openapi/openapi-document.ts';
export { traceHeaders } from './tracing/start-tracing.ts';
