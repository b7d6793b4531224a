import type { Logger } from 'pino';
import type { RunningService } from '../shell-options.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * First signal: take no new work, finish what is in work, close, end with 0. Second signal, or the grace time over:
 * end at once; nothing is lost by it, since what counts is in Postgres.
 */
export function closeOnSignals(service: RunningService, graceMs: number, log: Logger): void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (closing) process.exit(130);
    closing = true;
    log.info({ signal }, 'closing');
    setTimeout(() => {
      log.warn({ graceMs }, 'work did not end within the grace time: ending without it');
      process.exit(1);
    }, graceMs).unref();
    service.close().then(
      () => process.exit(0),
      (err: unknown) => {
        log.warn({ err }, 'closing failed');
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
}
