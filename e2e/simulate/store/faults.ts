/** An error as the database answers it. */
export class PgError extends Error {
  override readonly name = 'PgError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A statement that the simulated store was never taught. It ends the whole simulation, not only a seed. */
export class UnknownStatement extends Error {
  override readonly name = 'UnknownStatement';

  constructor(text: string) {
    super(`the simulated store does not know this statement, add it to e2e/simulate/store/statements:\n${text}`);
  }
}
