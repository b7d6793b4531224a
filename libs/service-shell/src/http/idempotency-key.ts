import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ProblemError } from '../problems/problem-error.ts';

/** `@IdempotencyKey() key: string | undefined`: the Idempotency-Key header, 1 to 200 visible characters. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  const header = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>().headers['idempotency-key'];
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,200}$/.test(header)) return header;
  throw ProblemError.invalid('Idempotency-Key', 'must be 1 to 200 visible ASCII characters');
});
