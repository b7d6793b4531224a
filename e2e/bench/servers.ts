import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { adminName } from '../../tools/local/admin-name.ts';
import { foldersOf, makeFolders, type Folders } from '../../tools/local/folders.ts';
import { findJava } from '../../tools/local/java.ts';
import { fetchKafkaJars } from '../../tools/local/kafka-jars.ts';
import { kafkaAnswers } from '../../tools/local/kafka-ready.ts';
import { prepareKafka } from '../../tools/local/kafka.ts';
import { freeBase, host } from '../../tools/local/ports.ts';
import { postgresAnswers, preparePostgres } from '../../tools/local/postgres.ts';
import { outsideFolderOf } from '../../tools/local/postgres-user.ts';
import { launch, stopProcess, type Command } from '../../tools/local/processes.ts';
import { until } from '../../tools/local/waiting.ts';
import { atEnd } from './processes.ts';

const settings = { fsync: 'on', synchronous_commit: 'on', shared_buffers: '256MB', max_connections: '200' };
const password = 'bench';

/**
 * Starts a Postgres that waits for its disk and a Kafka, on ports and in a folder of their own, and points the testkit at
 * them. They end with the benchmark.
 */
export async function openServers(): Promise<void> {
  const folders = foldersOf(join('.cashloop', `bench-${process.pid}`));
  makeFolders(folders);
  chmodSync(folders.data, 0o711); // Postgres runs as another user when we are root: it has to walk through
  atEnd(async () => removeFolders(folders));
  const base = await freeBase(26_080, [20, 21, 22]);
  const url = `postgres://${adminName}:${password}@${host}:${base + 22}/postgres`;
  await Promise.all([postgres(folders, base + 22, url), kafka(folders, base + 20)]);
  process.env.TEST_DATABASE_URL = url;
  process.env.TEST_KAFKA_BROKERS = `${host}:${base + 20}`;
}

async function postgres({ home, data, logs }: Folders, port: number, url: string): Promise<void> {
  const log = join(logs, 'postgres.log');
  const command = await preparePostgres({ home, data, log, port, password, settings });
  await bring(command, () => postgresAnswers(url), 'SIGINT');
}

async function kafka({ data, logs }: Folders, port: number): Promise<void> {
  const { java } = await findJava();
  if (java === undefined) throw new Error('The benchmarks need Java 17 or later: npm run doctor');
  const jars = await fetchKafkaJars(java, join(logs, 'maven.log'));
  const folder = join(data, 'kafka');
  const command = await prepareKafka({
    java,
    jars,
    folder,
    log: join(logs, 'kafka.log'),
    port,
    controllerPort: port + 1,
  });
  await bring(command, () => kafkaAnswers([`${host}:${port}`]), 'SIGTERM');
}

async function bring(command: Command, ready: () => Promise<boolean>, first: NodeJS.Signals): Promise<void> {
  const { identity, ended } = await launch(command);
  atEnd(async () => void (await stopProcess(identity, { first, limitMs: 20_000 })));
  await until(ready, { limitMs: 90_000, brokenOff: ended });
}

function removeFolders({ home }: Folders): void {
  rmSync(home, { recursive: true, force: true });
  const outside = outsideFolderOf(home);
  if (outside !== undefined) rmSync(outside, { recursive: true, force: true });
}
