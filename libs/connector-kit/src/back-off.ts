import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait between attempts. */
export interface BackOffPolicy {
  /** Ceiling of the first pause. */
  baseMs: number;
  /** Ceiling of every pause. */
  maxMs: number;
  /** Attempts in all, the first included. */
  attempts: number;
}

/** What an attempt's failure means. `afterMs` is what the other side asked for (Retry-After). */
export type Verdict = { retry: false } | { retry: true; afterMs?: number };

/**
 * Pause before attempt `attempt` (2 is the first repeat): full jitter, so that many callers that failed together do
 * not come back together.
 * @param random 0 (inclusive) to 1 (exclusive)
 */
export function backOffMs(attempt: number, policy: Pick<BackOffPolicy, 'baseMs' | 'maxMs'>, random: number): number {
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.max(0, attempt - 2));
  return Math.floor(ceiling * random);
}

/**
 * Runs `attempt` until it succeeds, `judge` says that repeating is useless, or the attempts are used up; then the last
 * failure is thrown as it is.
 */
export async function withBackOff<T>(
  policy: BackOffPolicy,
  attempt: (number: number) => Promise<T>,
  judge: (error: unknown) => Verdict,
  options: { signal?: AbortSignal; random?: () => number } = {},
): Promise<T> {
  const random = options.random ?? Math.random;
  for (let number = 1; ; number++) {
    try {
      return await attempt(number);
    } catch (error) {
      const verdict = judge(error);
      if (!verdict.retry || number >= policy.attempts) throw error;
      const pauseMs = Math.max(verdict.afterMs ?? 0, backOffMs(number + 1, policy, random()));
      await sleep(pauseMs, undefined, { signal: options.signal });
    }
  }
}
