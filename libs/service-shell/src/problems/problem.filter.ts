import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Log } from '../log/log.token.ts';
import { ProblemError } from './problem-error.ts';
import { problemOf } from './problem-of.ts';
import { RouteTable } from './route-table.ts';
import { sendProblem } from './send-problem.ts';

/** Answers every error of a request as problem details; what nobody expected is logged as an ERROR with its cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Log() private readonly log: Logger,
    private readonly routes: RouteTable,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.#routeProblem(error, request) ?? problemOf(error);
    if (problem.status >= 500) this.#report(problem, request);
    sendProblem(request, reply, problem);
  }

  #routeProblem(error: unknown, request: FastifyRequest): ProblemError | undefined {
    // Nest's own word for "no such route"; our own 404s are ProblemErrors.
    if (!(error instanceof NotFoundException) || !error.message.startsWith('Cannot ')) return undefined;
    const methods = this.routes.methodsAt(request.url);
    if (methods.length === 0 || methods.includes(request.method)) {
      return new ProblemError({ status: 404, code: 'route.not_found', detail: 'there is nothing at this path' });
    }
    return new ProblemError({
      status: 405,
      code: 'route.method_not_allowed',
      detail: `this path takes ${methods.join(', ')}`,
      headers: { allow: methods.join(', ') },
    });
  }

  #report(problem: ProblemError, request: FastifyRequest): void {
    const fields = { err: problem.cause ?? problem, method: request.method, route: request.routeOptions?.url };
    // A part that is away comes back by itself; only the unexpected wants a person.
    if (problem.code === 'service.unexpected') this.log.error(fields, 'request failed unexpectedly');
    else this.log.warn(fields, problem.detail);
  }
}
