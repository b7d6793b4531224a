/**
 * Growing pauses: doubled each time up to a limit, with a little chance in them, so that processes that failed
 * together do not come back together.
 */
export function growingPauseMs(failures: number, firstMs = 100, limitMs = 15_000): number {
  const full = Math.min(limitMs, firstMs * 2 ** Math.min(failures, 20));
  return Math.round(full * (0.8 + Math.random() * 0.4));
}

/** Waits, or less when the signal ends it. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Waits for the end of something that may never end, but not longer than so long. What it fails with is of no interest. */
export async function within(work: Promise<unknown> | undefined, ms: number): Promise<void> {
  const over = new AbortController();
  const ended = Promise.resolve(work).catch(() => undefined);
  await Promise.race([ended, pause(ms, over.signal)]);
  over.abort();
}

/** Waits for the end of something that may never end, or for the signal. What it fails with is of no interest. */
export function endOf(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done); // it may live as long as the process
      resolve();
    };
    if (signal.aborted) return done();
    signal.addEventListener('abort', done, { once: true });
    work.then(done, done);
  });
}
