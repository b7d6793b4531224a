import { setTimeout as sleep } from 'node:timers/promises';

export interface Wait {
  limitMs: number;
  everyMs?: number;
  /** Ends the wait at once, for example because the process has died. Returns the reason. */
  brokenOff?: () => string | undefined;
}

export class WaitEnded extends Error {
  override readonly name = 'WaitEnded';
}

/** Asks again and again until the answer is neither undefined nor false; a throwing question counts as "not yet". */
export async function until<T>(ask: () => Promise<T | undefined | false>, wait: Wait): Promise<T> {
  const end = Date.now() + wait.limitMs;
  let last = 'no answer yet';
  for (;;) {
    const broken = wait.brokenOff?.();
    if (broken !== undefined) throw new WaitEnded(broken);
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() >= end) throw new WaitEnded(`not ready after ${Math.round(wait.limitMs / 1000)} s (${last})`);
    await sleep(wait.everyMs ?? 100);
  }
}
