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

/** A server that went away while a command ran: not our mistake, so no stack. */
function awayOf(error: Error): string | undefined {
  const { code = '' } = error as Error & { code?: string };
  if (error.name.startsWith('KafkaJS') || error.message === 'Broker not connected') return 'Kafka';
  if (/^(57P0|08|53)/.test(code)) return 'Postgres';
  return ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'].includes(code) ? 'A server' : undefined;
}

/** What a command prints when it fails; anything unforeseen keeps its stack, since it is our mistake. */
export function describeFault(error: unknown): string {
  if (error instanceof UserFault) return error.toString();
  if (!(error instanceof Error)) return String(error);
  const away = awayOf(error);
  if (away === undefined) return error.stack ?? error.message;
  return new UserFault(`${away} does not answer: ${error.message || error.name}`, 'npm run status').toString();
}
