import { context, trace } from '@opentelemetry/api';
import { titleOf } from './problem-of.ts';
import type { FieldFault, ProblemError } from './problem-error.ts';

/** RFC 9457 body. `trace_id` finds the log lines of the request. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  instance?: string;
  trace_id?: string;
  errors: readonly FieldFault[];
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function problemBody(problem: ProblemError, path?: string): ProblemBody {
  const traceId = trace.getSpanContext(context.active())?.traceId;
  return {
    type: `urn:cashloop:problem:${problem.code}`,
    title: problem.title ?? titleOf(problem.status),
    status: problem.status,
    code: problem.code,
    detail: problem.detail,
    // Without the query: it may carry a state or a ticket.
    ...(path !== undefined && { instance: path.split('?')[0] }),
    ...(traceId !== undefined && { trace_id: traceId }),
    errors: problem.errors,
  };
}
