/** A clock that stands still until the test moves it. */
export interface FixedClock {
  (): Date;
  set(to: Date | string): void;
  advance(ms: number): void;
}

export function fixedClock(start: Date | string = '2026-01-15T12:00:00Z'): FixedClock {
  let nowMs = new Date(start).getTime();
  const clock = (): Date => new Date(nowMs);
  return Object.assign(clock, {
    set: (to: Date | string) => void (nowMs = new Date(to).getTime()),
    advance: (ms: number) => void (nowMs += ms),
  });
}
