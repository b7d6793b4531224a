import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { ProblemError } from '@cashloop/service-shell';
import { RateCounter } from './rate-counter.ts';
import type { RateRule } from '../../domain/sliding-window.ts';

const WINDOW_MS = 15 * 60_000;
/** One address trying one account; one account from anywhere; one address trying any account. Only failures count. */
const PER_PAIR: RateRule = { limit: 5, windowMs: WINDOW_MS };
const PER_ACCOUNT: RateRule = { limit: 50, windowMs: WINDOW_MS };
const PER_ADDRESS: RateRule = { limit: 100, windowMs: WINDOW_MS };

/** Slows guessing of passwords. An attacker cannot lock a user out of the user's own address. */
@Injectable()
export class LoginThrottle {
  constructor(private readonly counter: RateCounter) {}

  /** @throws ProblemError 429 */
  async check(handle: string, address: string): Promise<void> {
    const answers = await Promise.all(rules(handle, address).map(([key, rule]) => this.counter.look(key, rule)));
    const waitMs = Math.max(...answers.map((answer) => answer.retryAfterMs));
    if (answers.every((answer) => answer.allowed)) return;
    throw new ProblemError({
      status: 429,
      code: 'auth.too_many_attempts',
      detail: 'too many failed sign-ins: wait before you try again',
      headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
    });
  }

  async failed(handle: string, address: string): Promise<void> {
    await Promise.all(rules(handle, address).map(([key, rule]) => this.counter.count(key, rule)));
  }
}

/** Redis holds no e-mail addresses: only their hashes. */
function rules(handle: string, address: string): [string, RateRule][] {
  const account = createHash('sha256').update(handle).digest('base64url').slice(0, 22);
  return [
    [`login:pair:${account}:${address}`, PER_PAIR],
    [`login:account:${account}`, PER_ACCOUNT],
    [`login:address:${address}`, PER_ADDRESS],
  ];
}
