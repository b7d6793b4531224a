import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { adminName } from '../../tools/local/admin-name.ts';
import { foldersOf, makeFolders } from '../../tools/local/folders.ts';
import { findJava } from '../../tools/local/java.ts';
import { fetchKafkaJars } from '../../tools/local/kafka-jars.ts';
import { kafkaAnswers } from '../../tools/local/kafka-ready.ts';
import { prepareKafka } from '../../tools/local/kafka.ts';
import { freeBase, host } from '../../tools/local/ports.ts';
import { outsideFolderOf } from '../../tools/local/postgres-user.ts';
import { postgresAnswers, preparePostgres } from '../../tools/local/postgres.ts';
import { launch, stopProcess, type Command, type Running } from '../../tools/local/processes.ts';
import { until } from '../../tools/local/waiting.ts';

const password = 'drill';

interface Server {
  command: Command;
  ready: () => Promise<boolean>;
  running: Running;
}

export type ServerName = 'postgres' | 'kafka';

/** A Postgres and a Kafka of the drill's own, which it may take down at any moment. */
export class Servers {
  readonly base: number;
  readonly brokers: string;
  readonly databaseUrl: string;
  private readonly home: string;
  private readonly servers = new Map<ServerName, Server>();

  private constructor(base: number, home: string) {
    this.base = base;
    this.home = home;
    this.brokers = `${host}:${base + 20}`;
    this.databaseUrl = `postgres://${adminName}:${password}@${host}:${base + 22}/postgres`;
  }

  static async start(): Promise<Servers> {
    const folders = foldersOf(join('.cashloop', `drill-${process.pid}`));
    makeFolders(folders);
    chmodSync(folders.data, 0o711); // Postgres runs as another user when we are root: it has to walk through
    const base = await freeBase(21_080, [1, 2, 3, 20, 21, 22]);
    const servers = new Servers(base, folders.home);
    const log = (name: string): string => join(folders.logs, `${name}.log`);
    const { java } = await findJava();
    if (java === undefined) throw new Error('The drill needs Java 17 or later: npm run doctor');
    const jars = await fetchKafkaJars(java, log('maven'));
    const kafka = {
      java,
      jars,
      folder: join(folders.data, 'kafka'),
      log: log('kafka'),
      port: base + 20,
      controllerPort: base + 21,
    };
    // Postgres is killed, the machine is not: what it wrote is in the kernel's hands and survives without fsync.
    const settings = { fsync: 'off', max_connections: '200' };
    const postgres = {
      home: folders.home,
      data: folders.data,
      log: log('postgres'),
      port: base + 22,
      password,
      settings,
    };
    await Promise.all([
      servers.bring('postgres', await preparePostgres(postgres), () => postgresAnswers(servers.databaseUrl)),
      servers.bring('kafka', await prepareKafka(kafka), () => kafkaAnswers([servers.brokers])),
    ]);
    return servers;
  }

  logOf(name: string): string {
    return join(this.home, 'logs', `${name}.log`);
  }

  private async bring(name: ServerName, command: Command, ready: () => Promise<boolean>): Promise<void> {
    const running = await launch(command);
    this.servers.set(name, { command, ready, running });
    await until(ready, { limitMs: 150_000, brokenOff: running.ended });
  }

  /** Takes it down at once (SIGKILL) or cutting its clients off (SIGINT), waits, brings it back, and waits until it answers. */
  async restart(name: ServerName, how: 'SIGKILL' | 'SIGINT', downMs: number): Promise<void> {
    const { command, ready, running } = this.servers.get(name)!;
    process.kill(running.identity.pid, how);
    await until(async () => running.ended() !== undefined, { limitMs: 120_000 });
    await new Promise((resolve) => setTimeout(resolve, downMs));
    await until(
      async () => {
        await this.bring(name, command, ready);
        return true;
      },
      { limitMs: 150_000, everyMs: 1_000 }, // the killed one's children may still hold its memory for a moment
    );
  }

  async stop(): Promise<void> {
    for (const [name, { running }] of this.servers) {
      await stopProcess(running.identity, { first: name === 'postgres' ? 'SIGINT' : 'SIGTERM', limitMs: 20_000 });
    }
    const outside = outsideFolderOf(this.home);
    if (outside !== undefined) rmSync(outside, { recursive: true, force: true });
    rmSync(this.home, { recursive: true, force: true });
  }
}
