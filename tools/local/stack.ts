import { join } from 'node:path';
import { partNamed, servers, services } from '../parts.ts';
import type { ServerPart, ServicePart } from '../parts.ts';
import { shown } from './addresses.ts';
import type { Addresses } from './addresses.ts';
import { UserFault } from './faults.ts';
import { writeJson } from './files.ts';
import type { Folders } from './folders.ts';
import type { Programs } from './install.ts';
import { kafkaAnswers } from './kafka-ready.ts';
import { host } from './ports.ts';
import { provision } from './provision.ts';
import { redisAnswers } from './redis.ts';
import { migrateAll } from './run-migrations.ts';
import type { Secrets } from './secrets.ts';
import { adminUrl, serverPlans } from './server-plans.ts';
import { isBuilt, serviceCommand, serviceIsReady } from './service-command.ts';
import { databaseUrl, redisUrl, serviceEnv } from './service-env.ts';
import type { EnvSource } from './service-env.ts';
import type { Supervisor } from './supervisor.ts';

export interface Stack {
  addresses: Addresses;
  folders: Folders;
  secrets: Secrets;
  programs: Programs;
  supervisor: Supervisor;
  live: boolean;
  say: (text: string) => void;
}

const seconds = (sinceMs: number): string => `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;

function envSource(stack: Stack): EnvSource {
  return {
    addresses: stack.addresses,
    secrets: stack.secrets,
    redis: stack.addresses.external.redis || stack.programs.redis !== undefined,
    prometheus: stack.programs.prometheus !== undefined,
    live: stack.live,
  };
}

/** Services whose folder holds a compiled program: one that is only being written must not stop the others. */
export function builtServices(): readonly ServicePart[] {
  return services.filter((service) => isBuilt(service.name));
}

async function startOne(stack: Stack, name: ServerPart['name'], plans: ReturnType<typeof serverPlans>): Promise<void> {
  const plan = plans.get(name);
  const since = Date.now();
  if (plan !== undefined) {
    await stack.supervisor.start(plan);
    if (stack.supervisor.run.parts.find((part) => part.name === name)?.state === 'ready') {
      stack.say(`  ✓ ${name.padEnd(16)} ${plan.url.padEnd(28)} ${seconds(since)}`);
    }
    return;
  }
  await noteOther(stack, name);
}

async function noteOther(stack: Stack, name: ServerPart['name']): Promise<void> {
  const { addresses } = stack;
  const theirs = {
    kafka: addresses.kafkaBrokers,
    postgres: addresses.databaseUrl,
    redis: addresses.redisUrl,
    prometheus: undefined,
  }[name];
  const external = name !== 'prometheus' && addresses.external[name];
  if (!external || theirs === undefined) {
    const note = servers.find((part) => part.name === name)?.lost ?? '';
    stack.supervisor.note({ name, state: 'missing', restarts: 0, note: `without it: ${note}` });
    stack.say(`  ! ${name.padEnd(16)} is missing; without it: ${note}`);
    return;
  }
  await checkExternal(name, theirs, stack);
  stack.supervisor.note({ name, state: 'ready', restarts: 0, external: true, url: shown(theirs), note: 'yours' });
  stack.say(`  ✓ ${name.padEnd(16)} yours: ${shown(theirs)}`);
}

async function checkExternal(name: string, url: string, stack: Stack): Promise<void> {
  if (name === 'kafka' && !(await kafkaAnswers(url.split(',')).catch(() => false))) {
    throw new UserFault(`No Kafka answers at KAFKA_BROKERS (${url}).`, 'start it, or unset KAFKA_BROKERS');
  }
  if (name === 'redis' && !(await redisAnswers(url)))
    stack.say(`  ! no Redis answers at ${shown(url)}: slower, never wrong`);
}

async function prepareDatabases(stack: Stack, names: readonly string[]): Promise<void> {
  await provision({ adminUrl: adminUrl(stack), services: names, secrets: stack.secrets });
  const since = Date.now();
  const applied = await migrateAll(envSource(stack), names);
  stack.say(
    `  ✓ ${'databases'.padEnd(16)} ${(applied.length === 0 ? 'up to date' : 'migrated').padEnd(28)} ${seconds(since)}`,
  );
}

/**
 * Starts everything, side by side where it can be: the services need their databases at once, but come up while Kafka
 * still does.
 */
export async function startAll(stack: Stack): Promise<void> {
  const plans = serverPlans(stack);
  const names = builtServices().map((service) => service.name);
  await Promise.all([
    startOne(stack, 'kafka', plans),
    startOne(stack, 'redis', plans),
    startOne(stack, 'prometheus', plans),
    (async () => {
      await startOne(stack, 'postgres', plans);
      await prepareDatabases(stack, names);
      await startServices(stack);
    })(),
  ]);
}

async function startServices(stack: Stack): Promise<void> {
  const source = envSource(stack);
  writeEnvironment(stack, source);
  for (const service of services) {
    if (!isBuilt(service.name))
      stack.supervisor.note({ name: service.name, state: 'missing', restarts: 0, note: 'not built' });
  }
  await Promise.all(builtServices().map((service) => startService(stack, source, service)));
}

async function startService(stack: Stack, source: EnvSource, service: ServicePart): Promise<void> {
  const since = Date.now();
  const port = stack.addresses.base + service.portOffset;
  const url = `http://${host}:${port}`;
  const log = join(stack.folders.logs, `${service.name}.log`);
  const command = async () => serviceCommand(service, serviceEnv(source, service), log);
  await stack.supervisor.start({
    name: service.name,
    port,
    url,
    limitMs: 120_000,
    command,
    ready: () => serviceIsReady(url),
  });
  stack.say(`  ✓ ${service.name.padEnd(16)} ${url.padEnd(28)} ${seconds(since)}`);
}

/** What ops, load, holds and dev need to know; private, since it holds passwords. */
function writeEnvironment(stack: Stack, source: EnvSource): void {
  const { addresses, secrets, folders } = stack;
  const address = (name: string): string => `http://${host}:${addresses.base + (partNamed(name)?.portOffset ?? 0)}`;
  writeJson(join(folders.state, 'env.json'), {
    services: Object.fromEntries(services.map((service) => [service.name, serviceEnv(source, service)])),
    migrators: Object.fromEntries(
      services.map((service) => [service.name, databaseUrl(source, service.name, 'migrator')]),
    ),
    admin: { email: secrets.adminEmail, password: secrets.adminPassword },
    gatewayUrl: address('gateway'),
    sandboxUrl: address('sandbox'),
    sandboxAdminToken: secrets.sandboxAdminToken,
    kafkaBrokers: addresses.kafkaBrokers,
    redisUrl: source.redis ? redisUrl(source) : '',
  });
}
