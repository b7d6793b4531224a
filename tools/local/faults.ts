import { RequestRefused } from './http-json.ts';
import { WaitEnded } from './waiting.ts';

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
  // fetch says "fetch failed" and keeps the reason as its cause.
  const { code = '' } = ((error.message === 'fetch failed' ? error.cause : error) ?? {}) as { code?: string };
  if (error.name.startsWith('KafkaJS') || error.message === 'Broker not connected') return 'Kafka';
  if (/^(57P0|08|53)/.test(code)) return 'Postgres';
  return ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'].includes(code) ? 'A server' : undefined;
}

/** What the command needed was held by somebody else, for long or crosswise. Its transaction did nothing. */
const isConflict = (error: Error): boolean =>
  ['55P03', '40P01', '40001'].includes((error as { code?: string }).code ?? '');

/** Our commands sign in with the password of the first start: that one refused has a way out of its own. */
function nextAfter(refused: RequestRefused): string {
  return refused.status === 401
    ? 'POST /auth/password sets back the password that npm run status shows'
    : 'npm run status';
}

/** What a command prints when it fails; anything unforeseen keeps its stack, since it is our mistake. */
export function describeFault(error: unknown): string {
  if (error instanceof UserFault) return error.toString();
  if (!(error instanceof Error)) return String(error);
  if (error instanceof RequestRefused) return new UserFault(error.message, nextAfter(error)).toString();
  if (error instanceof WaitEnded)
    return new UserFault(error.message, 'npm run status, then npm run logs -- NAME').toString();
  if (isConflict(error))
    return new UserFault(
      `Something else holds rows that this needs: ${error.message}`,
      'the same command again',
    ).toString();
  const away = awayOf(error);
  if (away === undefined) return error.stack ?? error.message;
  return new UserFault(`${away} does not answer: ${error.message || error.name}`, 'npm run status').toString();
}
