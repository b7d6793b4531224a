import { PermanentError, type Tx } from '@cashloop/persistence';
import { commitEffects, type EffectTools } from '../effects.ts';
import type { HandlerContext } from '../handler-context.ts';
import { bodyHash, toJson } from './body-hash.ts';
import { type Command, type CommandOutcome, type CommandReply, Commands } from './commands.ts';

/** The key came before with another body: the caller made a mistake, and must not get the reply of something else. */
export class IdempotencyKeyReused extends PermanentError {
  override readonly name = 'IdempotencyKeyReused';
  readonly code = 'idempotency.key_reused';
  readonly status = 422;

  constructor() {
    super('this Idempotency-Key was used for another request body: send a new key with a new request');
  }
}

interface Remembered {
  body_hash: string;
  status: number;
  reply: string;
}

/** Commands whose replies are kept in the inbox, in the transaction that did their work. */
export class RememberedCommands extends Commands {
  readonly #tools: EffectTools;

  constructor(tools: EffectTools) {
    super();
    this.#tools = tools;
  }

  override run<R>(command: Command, fn: (ctx: HandlerContext) => Promise<CommandOutcome<R>>): Promise<CommandReply> {
    const now = command.now ?? this.#tools.clock();
    return commitEffects(this.#tools, [command.orgId], now, async (ctx) => {
      const { idempotencyKey: key } = command;
      if (key === undefined) return firstReply(await fn(ctx));
      const source = `command:${command.orgId}:${command.name}`;
      const hash = bodyHash(command.body);
      const before = await claim(ctx.tx, source, key, hash);
      if (before !== undefined) return { result: replay(before, hash), events: [] };
      const first = firstReply(await fn(ctx));
      await ctx.tx.prepared('inbox_reply', 'update inbox set status = $3, reply = $4 where source = $1 and key = $2', [
        source,
        key,
        first.result.status,
        first.result.body,
      ]);
      return first;
    });
  }
}

const firstReply = <R>(outcome: CommandOutcome<R>) => ({
  result: { status: outcome.status ?? 200, body: toJson(outcome.reply), replayed: false },
  events: outcome.events,
});

/** The insert waits for a request with the same key that is still under way, and then finds its reply. */
async function claim(tx: Tx, source: string, key: string, hash: string): Promise<Remembered | undefined> {
  const mine = await tx.prepared(
    'inbox_claim',
    'insert into inbox (source, key, body_hash) values ($1, $2, $3) on conflict do nothing returning 1',
    [source, key, hash],
  );
  if (mine.length > 0) return undefined;
  const [row] = await tx.prepared<Remembered>(
    'inbox_read',
    'select body_hash, status, reply from inbox where source = $1 and key = $2',
    [source, key],
  );
  return row;
}

function replay(before: Remembered, hash: string): CommandReply {
  if (before.body_hash !== hash) throw new IdempotencyKeyReused();
  return { status: before.status, body: before.reply, replayed: true };
}
