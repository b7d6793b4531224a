import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaControllerOffset, servers } from '../parts.ts';
import type { ServerPart } from '../parts.ts';
import { adminName } from './admin-name.ts';
import { withLogin } from './addresses.ts';
import type { Addresses } from './addresses.ts';
import type { Folders } from './folders.ts';
import type { Programs } from './install.ts';
import { kafkaAnswers } from './kafka-ready.ts';
import { prepareKafka } from './kafka.ts';
import { host } from './ports.ts';
import { postgresAnswers, preparePostgres } from './postgres.ts';
import { preparePrometheus } from './prometheus.ts';
import { prepareRedis, redisAnswers } from './redis.ts';
import type { Secrets } from './secrets.ts';
import type { PartPlan } from './supervisor.ts';

export interface ServerSource {
  addresses: Addresses;
  folders: Folders;
  secrets: Secrets;
  programs: Programs;
}

const part = (name: ServerPart['name']): ServerPart => servers.find((one) => one.name === name) as ServerPart;

/** The administrator's address of the database server, ours or theirs. */
export function adminUrl({ addresses, secrets }: Pick<ServerSource, 'addresses' | 'secrets'>): string {
  if (addresses.external.postgres) return addresses.databaseUrl;
  return withLogin(addresses.databaseUrl, { name: adminName, password: secrets.postgresAdmin });
}

function base(
  source: ServerSource,
  name: ServerPart['name'],
  scheme: string,
): Pick<PartPlan, 'name' | 'port' | 'url' | 'limitMs' | 'lost'> {
  const port = source.addresses.base + part(name).portOffset;
  const { lost } = part(name);
  return { name, port, url: `${scheme}${host}:${port}`, limitMs: 120_000, ...(lost === undefined ? {} : { lost }) };
}

function postgres(source: ServerSource): PartPlan {
  const { folders, secrets } = source;
  const plan = base(source, 'postgres', 'postgres://');
  return {
    ...plan,
    command: async () => {
      // As root, Postgres runs as another user, who has to walk through this folder to its own.
      if (process.getuid?.() === 0) chmodSync(folders.data, 0o711);
      const log = join(folders.logs, 'postgres.log');
      return preparePostgres({
        home: folders.home,
        data: folders.data,
        log,
        port: plan.port,
        password: secrets.postgresAdmin,
      });
    },
    ready: () => answersOrRefuses(adminUrl(source)),
  };
}

/** A refused password is an answer: the provisioning then says that the secrets do not fit. */
async function answersOrRefuses(url: string): Promise<boolean> {
  try {
    return await postgresAnswers(url);
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') return true;
    throw error;
  }
}

function kafka(source: ServerSource, program: NonNullable<Programs['kafka']>): PartPlan {
  const plan = base(source, 'kafka', '');
  const controllerPort = source.addresses.base + kafkaControllerOffset;
  const folder = join(source.folders.data, 'kafka');
  const log = join(source.folders.logs, 'kafka.log');
  return {
    ...plan,
    command: () => prepareKafka({ ...program, folder, log, port: plan.port, controllerPort }),
    ready: () => kafkaAnswers([plan.url]),
  };
}

function redis(source: ServerSource, program: string): PartPlan {
  const plan = base(source, 'redis', 'redis://');
  const folder = join(source.folders.data, 'redis');
  const log = join(source.folders.logs, 'redis.log');
  const password = source.secrets.redis;
  return {
    ...plan,
    limitMs: 20_000,
    command: async () => prepareRedis({ program, folder, log, port: plan.port, password }),
    ready: () => redisAnswers(`redis://:${password}@${host}:${plan.port}`),
  };
}

function prometheus(source: ServerSource, program: string): PartPlan {
  const plan = base(source, 'prometheus', 'http://');
  const folder = join(source.folders.data, 'prometheus');
  const log = join(source.folders.logs, 'prometheus.log');
  return {
    ...plan,
    limitMs: 30_000,
    command: async () => preparePrometheus({ program, folder, log, port: plan.port, base: source.addresses.base }),
    ready: async () => (await fetch(`${plan.url}/-/ready`, { signal: AbortSignal.timeout(2_000) })).ok,
  };
}

/** The servers to start; those of somebody else and those that are not there are left out. */
export function serverPlans(source: ServerSource): Map<ServerPart['name'], PartPlan> {
  const plans = new Map<ServerPart['name'], PartPlan>();
  const { programs, addresses } = source;
  if (!addresses.external.postgres) plans.set('postgres', postgres(source));
  if (programs.kafka !== undefined) plans.set('kafka', kafka(source, programs.kafka));
  if (programs.redis !== undefined && !addresses.external.redis) plans.set('redis', redis(source, programs.redis));
  if (programs.prometheus !== undefined) plans.set('prometheus', prometheus(source, programs.prometheus));
  return plans;
}
