import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, problemBody } from './problem-body.ts';
import type { ProblemError } from './problem-error.ts';

/** Answers a request with problem details; when the answer has begun already, cuts it so that nobody takes it for whole. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: ProblemError): void {
  if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy();
  void reply
    .status(problem.status)
    .headers({ ...problem.headers, 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' })
    .send(JSON.stringify(problemBody(problem, request.url)));
}
