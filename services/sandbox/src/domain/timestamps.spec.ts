import { expect, test } from '@jest/globals';
import { inMillis, inSeconds, isDate, localDate, plusDays, readTimestamp } from './timestamps.ts';

const zone = 'America/Los_Angeles';

test('times carry the offset of the season', () => {
  expect(inSeconds(new Date('2026-11-21T10:00:00.999Z'), zone)).toBe('2026-11-21T02:00:00-08:00');
  expect(inMillis(new Date('2026-07-01T10:00:00.005Z'), zone)).toBe('2026-07-01T03:00:00.005-07:00');
  expect(inSeconds(new Date('2026-01-01T00:00:00Z'), 'Asia/Kolkata')).toBe('2026-01-01T05:30:00+05:30');
  expect(localDate(new Date('2026-11-21T07:59:00Z'), zone)).toBe('2026-11-20');
});

test('what clients write is read', () => {
  expect(readTimestamp('2026-11-21T01:00:00-08:00', zone)?.toISOString()).toBe('2026-11-21T09:00:00.000Z');
  expect(readTimestamp('2026-11-21T01:00:00-0800', zone)?.toISOString()).toBe('2026-11-21T09:00:00.000Z');
  expect(readTimestamp('2026-11-21', zone)?.toISOString()).toBe('2026-11-21T08:00:00.000Z');
  expect(readTimestamp('2026-11-21T09:00:00.123456789Z', zone)?.toISOString()).toBe('2026-11-21T09:00:00.123Z');
  expect(readTimestamp('yesterday', zone)).toBeUndefined();
});

test('dates', () => {
  expect([isDate('2026-02-29'), isDate('2028-02-29'), isDate('2026-2-1')]).toEqual([false, true, false]);
  expect(plusDays('2026-12-31', 1)).toBe('2027-01-01');
});
