import fc from 'fast-check';
import { takeFrom, type BucketLevel } from './local-bucket.ts';

test('in no window do more calls go than a full bucket and its refill', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 }),
      (capacity, gaps) => {
        const policy = { capacity, windowMs: 1_000 };
        let bucket: BucketLevel = { level: capacity, atMs: 0 };
        let nowMs = 0;
        const taken: number[] = [];
        for (const gap of gaps) {
          nowMs += gap;
          const next = takeFrom(bucket, policy, nowMs);
          bucket = next.bucket;
          if (next.waitMs === 0) taken.push(nowMs);
        }
        for (const from of taken) {
          expect(taken.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(2 * capacity);
        }
      },
    ),
  );
});

test('after the told wait the call may go', () => {
  const policy = { capacity: 3, windowMs: 1_000 };
  let bucket: BucketLevel = { level: 0.2, atMs: 0 };
  const refused = takeFrom(bucket, policy, 0);
  expect(refused.waitMs).toBeGreaterThan(0);
  bucket = refused.bucket;
  expect(takeFrom(bucket, policy, refused.waitMs).waitMs).toBe(0);
});
