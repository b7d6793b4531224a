import { addressesOf, shown } from './addresses.ts';
import { allChecks, checkLine } from './checks.ts';
import { describeFault } from './faults.ts';
import { foldersOf } from './folders.ts';
import { isAlive } from './identity.ts';
import { readRun } from './run-state.ts';
import { portBase } from '../parts.ts';

/** Ports held by parts that we started: they are no obstacle to us. */
export function heldPorts(stateFolder: string): Set<number> {
  const run = readRun(stateFolder);
  const alive = run?.parts.filter((part) => part.identity !== undefined && isAlive(part.identity)) ?? [];
  const held = new Set(alive.map((part) => part.port ?? 0));
  if (alive.some((part) => part.name === 'kafka')) held.add((run?.base ?? 0) + 21);
  return held;
}

async function main(): Promise<void> {
  const folders = foldersOf();
  const addresses = addressesOf(portBase());
  const checks = await allChecks(folders, addresses, heldPorts(folders.state));
  for (const check of checks) console.log(checkLine(check));
  const { external } = addresses;
  if (external.kafka) console.log(`  ✓ Kafka       yours: ${addresses.kafkaBrokers}`);
  if (external.postgres) console.log(`  ✓ Postgres    yours: ${shown(addresses.databaseUrl)}`);
  if (external.redis) console.log(`  ✓ Redis       yours: ${shown(addresses.redisUrl)}`);
  const failed = checks.filter((check) => check.state === 'fail').length;
  console.log(failed === 0 ? '\nnpm start can run.' : `\n${failed} of ${checks.length} checks would stop npm start.`);
  process.exitCode = failed === 0 ? 0 : 1;
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(describeFault(error));
    process.exitCode = 1;
  });
}
