import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UserFault } from './faults.ts';
import { root } from './folders.ts';
import { javaEnv } from './java.ts';
import type { Java } from './java.ts';
import { host } from './ports.ts';
import type { Command } from './processes.ts';

export interface KafkaPlan {
  java: Java;
  jars: string;
  folder: string;
  log: string;
  port: number;
  controllerPort: number;
}

/** A cluster id as Kafka writes them: 16 random bytes, base64url. One that starts with "-" would look like a flag. */
export function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

/** Java reads .properties files as Latin-1; everything beyond ASCII must be escaped, and so must a backslash. */
export function propertyValue(text: string): string {
  return text
    .replace(/\\/g, '\\\\')
    .replace(/[^\x20-\x7e]/g, (char) =>
      Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
        '',
      ),
    );
}

export function serverProperties(plan: KafkaPlan): string {
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${host}:${plan.controllerPort}`,
    listeners: `PLAINTEXT://${host}:${plan.port},CONTROLLER://${host}:${plan.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${host}:${plan.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': propertyValue(join(plan.folder, 'logs')),
    // Topics are made by the services with fixed partition counts, never by a typing mistake.
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'log.index.size.max.bytes': 2097152,
    'log.segment.bytes': 268435456,
  };
  return `${Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}

/** Writes the settings, formats the storage once, and answers how to run the broker. */
export async function prepareKafka(plan: KafkaPlan): Promise<Command> {
  mkdirSync(plan.folder, { recursive: true, mode: 0o700 });
  const properties = join(plan.folder, 'server.properties');
  writeFileSync(properties, serverProperties(plan), { mode: 0o600 });
  const classPath = ['-cp', `${plan.jars}/*`];
  const logging = `-Dlog4j2.configurationFile=${join(root, 'deploy', 'kafka', 'log4j2.xml')}`;
  const small = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];
  if (!existsSync(join(plan.folder, 'logs', 'meta.properties'))) {
    const format = [
      '-Xmx256m',
      ...small,
      logging,
      ...classPath,
      'kafka.tools.StorageTool',
      'format',
      '--ignore-formatted',
    ];
    await formatStorage(plan, [...format, '-t', newClusterId(), '-c', properties]);
  }
  return {
    command: plan.java.path,
    args: ['-Xmx384m', '-Xms128m', ...small, logging, ...classPath, 'kafka.Kafka', properties],
    cwd: plan.folder,
    env: javaEnv(),
    log: plan.log,
  };
}

async function formatStorage(plan: KafkaPlan, args: string[]): Promise<void> {
  try {
    await promisify(execFile)(plan.java.path, args, { env: javaEnv(), cwd: plan.folder, timeout: 60_000 });
  } catch (error) {
    const words = (error as { stderr?: string; stdout?: string }).stderr ?? String(error);
    throw new UserFault(
      `Kafka could not prepare its folder ${plan.folder}: ${words.trim()}`,
      'npm run reset, then npm start',
    );
  }
}
