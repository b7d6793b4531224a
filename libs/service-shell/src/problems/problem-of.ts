import { types } from 'node:util';
import { HttpException } from '@nestjs/common';
import { isPassing, isUndone } from '@cashloop/messaging';
import { ProblemError } from './problem-error.ts';

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const CODES: Record<number, string> = {
  400: 'request.malformed',
  401: 'auth.token_required',
  403: 'auth.forbidden',
  404: 'route.not_found',
  405: 'route.method_not_allowed',
  406: 'request.not_acceptable',
  408: 'request.timeout',
  409: 'request.conflict',
  413: 'request.too_large',
  414: 'request.uri_too_long',
  415: 'request.unsupported_media_type',
  429: 'rate.limited',
  431: 'request.headers_too_large',
  503: 'service.unavailable',
};

const DETAILS: Record<number, string> = {
  400: 'the request cannot be read: its body must be well-formed JSON',
  413: 'the body is larger than this route takes',
  415: 'send the body as application/json',
};

export const titleOf = (status: number): string => TITLES[status] ?? 'Error';

/** A dotted, stable code of ours, as in `money.unknown_currency`; not a code of Node, Postgres or Fastify. */
const OURS = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;

/** What Postgres says of text it cannot store: the character NUL, which JSON can write as `\u0000`. */
const NO_TEXT = new Set(['22021', '22P05']);

interface CodedError extends Error {
  code?: unknown;
  status?: unknown;
  statusCode?: unknown;
}

/** What a caller is told of an error. Anything unexpected is a 500 without a word about the inside. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (!types.isNativeError(error)) return unexpected(error);
  const { code, status, statusCode } = error as CodedError;
  if (typeof code === 'string' && OURS.test(code)) {
    return new ProblemError({ status: clientStatus(status) ?? 422, code, detail: error.message, cause: error });
  }
  if (typeof code === 'string' && NO_TEXT.has(code)) return notText(error);
  if (isPassing(error)) return unavailable(error);
  const known = error instanceof HttpException ? error.getStatus() : clientStatus(statusCode);
  if (known === undefined || known === 500) return unexpected(error);
  const detail = error instanceof HttpException && known !== 400 ? error.message : (DETAILS[known] ?? error.message);
  return new ProblemError({ status: known, code: CODES[known] ?? `http.${known}`, detail, cause: error });
}

/** Only 4xx: an error that names itself a 5xx has nothing to tell a caller. */
const clientStatus = (status: unknown): number | undefined =>
  typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;

const unexpected = (cause: unknown): ProblemError =>
  new ProblemError({
    status: 500,
    code: 'service.unexpected',
    detail: 'something went wrong inside; the log has the cause under this trace id',
    cause,
  });

const notText = (cause: unknown): ProblemError =>
  new ProblemError({
    status: 400,
    code: 'request.invalid',
    detail: 'a text in the request holds the character NUL',
    cause,
  });

const unavailable = (cause: unknown): ProblemError =>
  new ProblemError({
    status: 503,
    code: 'service.unavailable',
    detail: isUndone(cause)
      ? 'a part this request needs is away for the moment; nothing was done, try again'
      : 'a part this request needs broke off before it answered; it may have done what was asked: repeat with the same Idempotency-Key',
    headers: { 'retry-after': '2' },
    cause,
  });
