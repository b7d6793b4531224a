import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { ProblemError, type FieldFault } from '../problems/problem-error.ts';

/** Checks bodies, queries and parameters against their classes: 400 `request.invalid` with every field and why. */
export const requestValidation = (): ValidationPipe =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidUnknownValues: false,
    stopAtFirstError: false,
    exceptionFactory: (errors) => invalidRequest(errors.flatMap((error) => faultsOf(error))),
  });

const invalidRequest = (errors: FieldFault[]): ProblemError =>
  new ProblemError({
    status: 400,
    code: 'request.invalid',
    detail: errors
      .map(({ field, message }) => `${field} ${message}`)
      .join('; ')
      .slice(0, 1000),
    errors,
  });

/** `items.3.limit` for a fault deep inside; the message without its own repeat of the name. */
function faultsOf(error: ValidationError, parent = ''): FieldFault[] {
  const field = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({
    field,
    message: message.startsWith(`${error.property} `) ? message.slice(error.property.length + 1) : message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, field))];
}
