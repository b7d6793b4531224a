import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { Log, type CallerIdentity, type Logger } from '@cashloop/service-shell';
import { LoginStore } from './login.store.ts';

const FRESH_MS = 5_000;
const KEYS_MAX = 10_000;

/**
 * Whether the subject of a token may still call: a token outlives a dismissal, a changed role or password. Asked from
 * the database at most every five seconds per subject; other replicas learn of a change that much later.
 */
@Injectable()
export class ActiveCallers {
  readonly #known = new Map<string, { tokensFrom: Date | undefined; untilMs: number }>();

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly logins: LoginStore,
    @Log() private readonly log: Logger,
  ) {}

  /** System tokens are made inside and for the inside: nobody comes in with one. */
  async mayCall(caller: CallerIdentity): Promise<boolean> {
    if (caller.kind === 'system') return false;
    const key = `${caller.kind}:${caller.userId}`;
    const known = this.#known.get(key);
    if (known !== undefined && Date.now() < known.untilMs) return issuedSince(caller, known.tokensFrom);
    try {
      const tokensFrom = await this.transactions.read([], (tx) =>
        this.logins.tokensFrom(tx, caller.kind, caller.userId),
      );
      if (this.#known.size >= KEYS_MAX) this.#known.clear();
      this.#known.set(key, { tokensFrom, untilMs: Date.now() + FRESH_MS });
      return issuedSince(caller, tokensFrom);
    } catch (err) {
      // The token itself is valid: a database that is away for a moment must not shut everybody out.
      this.log.warn({ err, subject: key }, 'cannot ask whether a caller is still active');
      return true;
    }
  }

  forget(kind: string, subjectId: string): void {
    this.#known.delete(`${kind}:${subjectId}`);
  }
}

/** Tokens count whole seconds: one made in the second of the change may be the new one. */
const issuedSince = (caller: CallerIdentity, from: Date | undefined): boolean =>
  from !== undefined && caller.issuedAt.getTime() >= Math.floor(from.getTime() / 1000) * 1000;
