/** One field that was refused, and why. `field` is the path in the request: `items.3.limit`. */
export interface FieldFault {
  field: string;
  message: string;
}

/** What a ProblemError is made of. `code` is stable: programs react to it, people read `detail`. */
export interface ProblemInit {
  status: number;
  code: string;
  detail: string;
  title?: string;
  errors?: readonly FieldFault[];
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** A refusal that the caller shall see, as RFC 9457 problem details. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly title: string | undefined;
  readonly errors: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(init: ProblemInit) {
    super(init.detail, { cause: init.cause });
    this.status = init.status;
    this.code = init.code;
    this.detail = init.detail;
    this.title = init.title;
    this.errors = init.errors ?? [];
    this.headers = init.headers ?? {};
  }

  /** 400 `request.invalid` naming one field. */
  static invalid(field: string, message: string): ProblemError {
    return new ProblemError({
      status: 400,
      code: 'request.invalid',
      detail: `${field} ${message}`,
      errors: [{ field, message }],
    });
  }

  /** 404 with a code such as `customer.not_found`. */
  static notFound(code: string, detail: string): ProblemError {
    return new ProblemError({ status: 404, code, detail });
  }

  /** 409 with a code of the caller's domain. */
  static conflict(code: string, detail: string): ProblemError {
    return new ProblemError({ status: 409, code, detail });
  }
}
