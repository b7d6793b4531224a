/** A fault the user can do something about: one sentence, the cause, the next command. Printed without a stack. */
export class UserFault extends Error {
  override readonly name = 'UserFault';
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.next = next;
  }

  override toString(): string {
    return `${this.message}\n  Next: ${this.next}`;
  }
}

/** What a command prints when it fails; anything unforeseen keeps its stack, since it is our mistake. */
export function describeFault(error: unknown): string {
  if (error instanceof UserFault) return error.toString();
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
