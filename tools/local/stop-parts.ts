import { isAlive } from './identity.ts';
import { stopProcess } from './processes.ts';
import { stopGroups } from './run-state.ts';
import type { PartRecord } from './run-state.ts';

/** SIGINT is Postgres' fast shutdown; SIGTERM would wait for every client to leave. */
const firstSignal = (name: string): NodeJS.Signals => (name === 'postgres' ? 'SIGINT' : 'SIGTERM');

/** How long each may take before it is forced. */
const limitMs = (name: string): number => (name === 'postgres' || name === 'kafka' ? 30_000 : 12_000);

/**
 * Stops parts by id in the order services, Redis and Prometheus, Kafka, Postgres.
 * @returns names of those that ran
 */
export async function stopParts(
  parts: readonly PartRecord[],
  told: (text: string) => void = () => undefined,
): Promise<string[]> {
  const stopped: string[] = [];
  for (const group of stopGroups(parts)) {
    await Promise.all(
      group.map(async (part) => {
        if (part.identity === undefined || !isAlive(part.identity)) return;
        const how = await stopProcess(part.identity, { first: firstSignal(part.name), limitMs: limitMs(part.name) });
        stopped.push(part.name);
        if (how === 'killed') told(`${part.name} did not stop by itself and was forced`);
      }),
    );
  }
  return stopped;
}
