/** A token bucket: `capacity` calls at once, refilled evenly over `windowMs`. */
export interface BucketPolicy {
  capacity: number;
  windowMs: number;
}

/** What is left in a bucket at a moment. */
export interface BucketLevel {
  level: number;
  atMs: number;
}

/**
 * Takes one call from a bucket. Pure: the same rule as the Redis script.
 * @returns the new level and how long to wait before asking again; 0 when the call may go now
 */
export function takeFrom(
  bucket: BucketLevel,
  policy: BucketPolicy,
  nowMs: number,
): { bucket: BucketLevel; waitMs: number } {
  const perMs = policy.capacity / policy.windowMs;
  const elapsedMs = Math.max(0, nowMs - bucket.atMs);
  const level = Math.min(policy.capacity, bucket.level + elapsedMs * perMs);
  const atMs = Math.max(bucket.atMs, nowMs);
  if (level < 1) return { bucket: { level, atMs }, waitMs: Math.ceil((1 - level) / perMs) };
  return { bucket: { level: level - 1, atMs }, waitMs: 0 };
}

/** Buckets of this process: right for one replica, too generous for several. */
export class LocalBuckets {
  readonly #buckets = new Map<string, BucketLevel>();

  take(key: string, policy: BucketPolicy, nowMs: number): number {
    const before = this.#buckets.get(key) ?? { level: policy.capacity, atMs: nowMs };
    const { bucket, waitMs } = takeFrom(before, policy, nowMs);
    this.#buckets.set(key, bucket);
    return waitMs;
  }
}
