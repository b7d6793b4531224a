// The servers the tests use: Postgres, Kafka, Redis on ports and in folders of their own, beside a running `npm start`.
//   node tools/test/stack.ts up     starts what does not run yet and prints the addresses
//   node tools/test/stack.ts down   stops it by id
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installCommand, installPackages } from '../local/debian.ts';
import { adminName } from '../local/admin-name.ts';
import { describeFault, UserFault } from '../local/faults.ts';
import { foldersOf, makeFolders } from '../local/folders.ts';
import { isAlive } from '../local/identity.ts';
import type { ProcessIdentity } from '../local/identity.ts';
import { findJava, onPath } from '../local/java.ts';
import { fetchKafkaJars } from '../local/kafka-jars.ts';
import { kafkaAnswers } from '../local/kafka-ready.ts';
import { prepareKafka } from '../local/kafka.ts';
import { tail } from '../local/logs-on-disk.ts';
import { freeBase, host } from '../local/ports.ts';
import { postgresAnswers, preparePostgres } from '../local/postgres.ts';
import { launch, stopProcess } from '../local/processes.ts';
import type { Command } from '../local/processes.ts';
import { prepareRedis, redisAnswers } from '../local/redis.ts';
import { until } from '../local/waiting.ts';

/** A run of `npm test` has a stack of its own beside one that somebody keeps running by hand. */
const folders = foldersOf(process.env['CASHLOOP_TEST_HOME'] ?? join('.cashloop', 'test'));
const stateFile = join(folders.state, 'stack.json');
// Nothing of value lies in these databases, and only this machine can reach them.
const password = 'test';

interface Server {
  name: string;
  identity: ProcessIdentity;
}
export interface TestStack {
  base: number;
  databaseUrl: string;
  brokers: string;
  redisUrl: string;
  servers: Server[];
}

function addresses(base: number): Omit<TestStack, 'servers'> {
  return {
    base,
    databaseUrl: `postgres://${adminName}:${password}@${host}:${base + 22}/postgres`,
    brokers: `${host}:${base + 20}`,
    redisUrl: `redis://${host}:${base + 23}`,
  };
}

function known(): TestStack | undefined {
  return existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as TestStack) : undefined;
}

async function bring(name: string, command: Command, ready: () => Promise<boolean>, servers: Server[]): Promise<void> {
  const running = await launch(command);
  running.child.unref();
  servers.push({ name, identity: running.identity });
  try {
    await until(ready, { limitMs: 120_000, brokenOff: running.ended });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserFault(
      `${name} of the test stack did not start: ${why}\n${tail(command.log, 20).join('\n')}`,
      'npm run doctor',
    );
  }
}

const testPostgres = {
  // A test never survives a power cut, so it need not wait for the disk; commits are as visible as ever.
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '400',
  shared_buffers: '256MB',
};

/** Starts the servers, or answers those that already run whole. */
export async function up(): Promise<TestStack> {
  const old = known();
  if (old !== undefined && old.servers.length === 3 && old.servers.every((server) => isAlive(server.identity)))
    return old;
  await down();
  makeFolders(folders);
  // Postgres runs as another user when we are root: it has to walk through.
  chmodSync(folders.data, 0o711);
  mkdirSync(folders.state, { recursive: true });
  const log = (name: string) => join(folders.logs, `${name}.log`);
  const missing = onPath('redis-server') === undefined ? installPackages(['redis-server'], log('install')).missing : [];
  const redis = onPath('redis-server');
  if (redis === undefined) throw new UserFault('The tests need redis-server.', installCommand(missing));
  const { java } = await findJava();
  if (java === undefined) throw new UserFault('The tests need Java 17 or later.', 'npm run doctor');
  const jars = await fetchKafkaJars(java, log('maven'));
  const wanted = Number(process.env['CASHLOOP_TEST_PORT_BASE'] ?? 18_080);
  const base = await freeBase(wanted, [0, 1, 2, 3, 4, 5, 20, 21, 22, 23, 24]);
  const plan = addresses(base);
  const servers: Server[] = [];
  const kafka = {
    java,
    jars,
    folder: join(folders.data, 'kafka'),
    log: log('kafka'),
    port: base + 20,
    controllerPort: base + 21,
  };
  const postgres = {
    home: folders.home,
    data: folders.data,
    log: log('postgres'),
    port: base + 22,
    password,
    settings: testPostgres,
  };
  try {
    await Promise.all([
      preparePostgres(postgres).then((it) => bring('Postgres', it, () => postgresAnswers(plan.databaseUrl), servers)),
      prepareKafka(kafka).then((it) => bring('Kafka', it, () => kafkaAnswers([plan.brokers]), servers)),
      bring(
        'Redis',
        prepareRedis({ program: redis, folder: join(folders.data, 'redis'), log: log('redis'), port: base + 23 }),
        () => redisAnswers(plan.redisUrl),
        servers,
      ),
    ]);
  } finally {
    writeFileSync(stateFile, JSON.stringify({ ...plan, servers }, null, 2), { mode: 0o600 });
  }
  return { ...plan, servers };
}

/** Stops by id what `up` started and throws its data away. */
export async function down(): Promise<void> {
  const stack = known();
  if (stack !== undefined) {
    await Promise.all(
      stack.servers.map((server) =>
        stopProcess(server.identity, { first: server.name === 'Postgres' ? 'SIGINT' : 'SIGTERM', limitMs: 20_000 }),
      ),
    );
  }
  rmSync(stateFile, { force: true });
  rmSync(folders.data, { recursive: true, force: true });
}

export function environmentOf(stack: TestStack): Record<string, string> {
  return {
    TEST_DATABASE_URL: stack.databaseUrl,
    TEST_KAFKA_BROKERS: stack.brokers,
    TEST_REDIS_URL: stack.redisUrl,
  };
}

if (import.meta.main) {
  try {
    if (process.argv[2] === 'up') {
      for (const [name, value] of Object.entries(environmentOf(await up()))) console.log(`export ${name}=${value}`);
    } else if (process.argv[2] === 'down') {
      await down();
    } else {
      console.log('node tools/test/stack.ts up|down\n  Example: node tools/test/stack.ts up > /tmp/stack.env');
      process.exitCode = process.argv[2] === undefined || process.argv[2] === '--help' ? 0 : 1;
    }
  } catch (error) {
    console.error(describeFault(error));
    process.exitCode = 1;
  }
}
