import type { OutgoingEvent } from '@cashloop/events';
import type { HandlerContext } from '../handler-context.ts';

/** One HTTP command. */
export interface Command {
  orgId: string;
  /** Stable name, as `set-limit`. Keys of different commands never meet. */
  name: string;
  /** The caller's Idempotency-Key header. Without one nothing is remembered. */
  idempotencyKey?: string;
  /** The parsed body (and path parameters, when they matter): the same key with another body is refused. */
  body: unknown;
  now?: Date;
}

export interface CommandOutcome<R> {
  /** HTTP status, 200 unless told. */
  status?: number;
  reply: R;
  events: OutgoingEvent[];
}

export interface CommandReply {
  status: number;
  /** JSON. A repeated command gets the first reply byte for byte. */
  body: string;
  replayed: boolean;
}

/** Runs HTTP commands so that a repeated request does nothing twice. */
export abstract class Commands {
  /** @throws IdempotencyKeyReused when the key came before with another body */
  abstract run<R>(command: Command, fn: (ctx: HandlerContext) => Promise<CommandOutcome<R>>): Promise<CommandReply>;
}
