import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { portBase, services } from '../parts.ts';
import { addressesOf } from './addresses.ts';
import { passes } from './checks.ts';
import { heldPorts } from './doctor.ts';
import { describeFault, UserFault } from './faults.ts';
import { foldersOf, makeFolders } from './folders.ts';
import type { Folders } from './folders.ts';
import { followStart } from './follow-start.ts';
import { checkFormat, hasData, writeFormat } from './format-version.ts';
import { isAlive } from './identity.ts';
import { installPrograms } from './install.ts';
import { rotate } from './logs-on-disk.ts';
import { host } from './ports.ts';
import { readyTable } from './ready-table.ts';
import { readRun } from './run-state.ts';
import type { SampleTargets } from './sample.ts';
import { loadSecrets } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import { showSample, withoutSample } from './show-sample.ts';
import type { SampleSeen } from './show-sample.ts';
import { builtServices, startAll } from './stack.ts';
import type { Stack } from './stack.ts';
import { stopParts } from './stop-parts.ts';
import { Supervisor } from './supervisor.ts';

const flags = { detach: '--detach', noLive: '--no-live', noSample: '--no-sample', detached: '--detached-supervisor' };
const sampleCustomers = 200;
/** When the user typed the command: installing and compiling count. */
const startedMs = Number(process.env['CASHLOOP_BEGAN_MS'] ?? Date.now());

const say = (text: string): void => void process.stdout.write(`${text}\n`);
// A closed terminal must not end us half way through stopping.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

function unknownFlag(args: readonly string[]): string | undefined {
  return args.find((arg) => !Object.values(flags).includes(arg));
}

/** After kill -9 of an earlier supervisor its parts still run: we stop them by number and start time. */
async function stopLeftovers(folders: Folders): Promise<void> {
  const left = readRun(folders.state);
  if (left === undefined) return;
  if (isAlive(left.supervisor)) {
    throw new UserFault(
      `Cashloop already runs here (process ${left.supervisor.pid}, since ${left.startedAt}).`,
      'npm run status',
    );
  }
  const stopped = await stopParts(left.parts, say);
  if (stopped.length > 0) say(`  ✓ stopped what an earlier start left running: ${stopped.join(', ')}`);
}

async function checkFirst(folders: Folders, addresses: Stack['addresses']): Promise<void> {
  if (await passes(folders, addresses, heldPorts(folders.state))) return;
  throw new UserFault('Cashloop cannot start here.', 'mend the points above (npm run doctor shows them all)');
}

function targetsOf(stack: Stack): SampleTargets {
  const url = (name: string): string => `http://${host}:${stack.addresses.ports.get(name) ?? 0}`;
  return {
    gateway: url('gateway'),
    sandbox: url('sandbox'),
    sandboxToken: stack.secrets.sandboxAdminToken,
    email: stack.secrets.adminEmail,
    password: stack.secrets.adminPassword,
    stateFolder: stack.folders.state,
    customers: sampleCustomers,
  };
}

async function sample(stack: Stack, args: readonly string[]): Promise<SampleSeen> {
  if (args.includes(flags.noSample)) return {};
  const why = builtServices().length < services.length ? 'not all services are built yet' : withoutSample(process.env);
  if (why === undefined) return showSample(targetsOf(stack), say);
  say(`  ! no sample company: ${why}`);
  return {};
}

function table(stack: Stack, detached: boolean, seen: SampleSeen): string {
  const targets = targetsOf(stack);
  const { external } = stack.addresses;
  return readyTable({
    seconds: Math.round((Date.now() - startedMs) / 1000),
    gateway: targets.gateway,
    sandbox: targets.sandbox,
    ...(stack.programs.prometheus === undefined
      ? {}
      : { prometheus: `http://${host}:${stack.addresses.ports.get('prometheus') ?? 0}` }),
    kafka: stack.addresses.kafkaBrokers,
    email: targets.email,
    password: targets.password,
    dataHome: stack.folders.home,
    external: external.kafka && external.postgres,
    ...seen,
    detached,
  });
}

/** Stops on Ctrl-C, a closed terminal, or npm stop, wherever the start is. */
function stopOnSignals(supervisor: Supervisor): void {
  let asked = false;
  const stop = (): void => {
    if (asked) return;
    asked = true;
    say('\nStopping (the data are kept)');
    const status = supervisor.run.phase === 'ready' ? 0 : 130;
    void supervisor.stop().then(() => {
      say('Stopped.');
      process.exit(status);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

async function prepare(args: readonly string[]): Promise<Omit<Stack, 'programs'>> {
  const folders = foldersOf();
  const addresses = addressesOf(portBase());
  say(`Cashloop starts in ${folders.home}, ports from ${addresses.base}`);
  await stopLeftovers(folders);
  await checkFirst(folders, addresses);
  const servers = {
    kafka: addresses.external.kafka ? addresses.kafkaBrokers : 'ours',
    postgres: addresses.external.postgres ? new URL(addresses.databaseUrl).host : 'ours',
  };
  checkFormat(folders.data, servers);
  const secrets: Secrets = secretsFor(folders);
  writeFormat(folders.data, servers);
  const supervisor = new Supervisor(folders.state, addresses.base, say);
  return { addresses, folders, secrets, supervisor, live: !args.includes(flags.noLive), say };
}

function secretsFor(folders: Folders): Secrets {
  const old = hasData(folders.data);
  makeFolders(folders);
  return loadSecrets(
    folders.state,
    services.map((service) => service.name),
    old,
  );
}

/** Runs everything until it is told to stop. */
async function supervise(args: readonly string[]): Promise<void> {
  const prepared = await prepare(args);
  const { supervisor } = prepared;
  stopOnSignals(supervisor);
  try {
    const stack = { ...prepared, programs: await installPrograms(prepared.addresses, prepared.folders, say) };
    await startAll(stack);
    const seen = await sample(stack, args);
    supervisor.phase('ready');
    say(table(stack, args.includes(flags.detached), seen));
  } catch (error) {
    // A fault that our own stopping caused is none.
    if (supervisor.run.phase === 'stopping') return;
    say(`\n${describeFault(error)}\n\nStopping what was started`);
    await supervisor.stop();
    supervisor.phase('failed');
    process.exit(1);
  }
}

/** Starts the supervisor on its own, shows what it says, and leaves when it is ready. */
async function detach(args: readonly string[]): Promise<number> {
  const folders = foldersOf();
  const running = readRun(folders.state);
  if (running !== undefined && isAlive(running.supervisor)) {
    say(`Cashloop already runs here (process ${running.supervisor.pid}). Next: npm run status`);
    return 0;
  }
  makeFolders(folders);
  const log = join(folders.logs, 'start.log');
  rotate(log, 1);
  const out = openSync(log, 'a', 0o600);
  const more = [...args.filter((arg) => arg !== flags.detach), flags.detached];
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, ...more], {
    detached: true,
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  return followStart(child, log, folders.state);
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const unknown = unknownFlag(args);
  if (unknown !== undefined) throw new UserFault(`npm start does not know ${unknown}.`, 'npm start -- --help');
  if (args.includes(flags.detach)) process.exit(await detach(args));
  await supervise(args);
}

main().catch((error: unknown) => {
  say(describeFault(error));
  process.exit(1);
});
