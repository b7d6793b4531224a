/** How many requests a client may make. */
export interface RateRule {
  limit: number;
  windowMs: number;
}

/** Requests counted in the fixed window now running, and in the one before. */
export interface WindowCount {
  window: number;
  current: number;
  previous: number;
}

export interface RateAnswer {
  allowed: boolean;
  remaining: number;
  /** Milliseconds until one more request would be let through; 0 when allowed. */
  retryAfterMs: number;
}

/**
 * A sliding window from two fixed ones: what is left of the previous window weighs as much as it still overlaps.
 * Refused requests are not counted, so a client that waits as told is let through.
 * The same rule runs as a script in Redis (connectors/rate-counter/sliding-window.lua.ts).
 */
export function countRequest(
  count: WindowCount,
  rule: RateRule,
  nowMs: number,
): { count: WindowCount; answer: RateAnswer } {
  const moved = moveTo(count, Math.floor(nowMs / rule.windowMs));
  const elapsedMs = nowMs % rule.windowMs;
  const used = weighted(moved, rule, elapsedMs) + moved.current;
  if (used + 1 > rule.limit) {
    return { count: moved, answer: { allowed: false, remaining: 0, retryAfterMs: waitMs(moved, rule, elapsedMs) } };
  }
  const counted = { ...moved, current: moved.current + 1 };
  return { count: counted, answer: { allowed: true, remaining: Math.floor(rule.limit - used - 1), retryAfterMs: 0 } };
}

function moveTo(count: WindowCount, window: number): WindowCount {
  if (window === count.window) return count;
  return { window, current: 0, previous: window === count.window + 1 ? count.current : 0 };
}

const weighted = (count: WindowCount, rule: RateRule, elapsedMs: number): number =>
  (count.previous * (rule.windowMs - elapsedMs)) / rule.windowMs;

/** From the answers of the script and of the function above alike. */
export function waitMs(count: WindowCount, rule: RateRule, elapsedMs: number): number {
  const room = rule.limit - 1 - count.current;
  // Room comes in this window already when only the previous one is in the way.
  if (room >= 0 && count.previous > 0) {
    return Math.max(1, Math.ceil(rule.windowMs * (1 - room / count.previous) - elapsedMs));
  }
  const intoNext = count.current === 0 ? 0 : Math.max(0, rule.windowMs * (1 - (rule.limit - 1) / count.current));
  return Math.max(1, Math.ceil(rule.windowMs - elapsedMs + intoNext));
}
