/**
 * Cleans up once and ends the process when it is told to end. A terminal and the programs above us may tell it twice:
 * the second time must not end the process before it has cleaned up.
 */
export function endOnSignals(cleanUp: () => Promise<unknown>, status = 130): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void cleanUp().finally(() => process.exit(status));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}
