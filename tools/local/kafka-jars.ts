import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from './faults.ts';
import { partsFolder, root } from './folders.ts';
import { javaEnv, onPath } from './java.ts';
import type { Java } from './java.ts';
import { tail } from './logs-on-disk.ts';

const pom = join(root, 'deploy', 'kafka', 'pom.xml');

/** The folder of this pom's jars; another pom gets another folder, so an upgrade never mixes versions. */
export function kafkaJarsFolder(): string {
  const hash = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  return join(partsFolder, `kafka-${hash}`);
}

export function haveKafkaJars(): boolean {
  return existsSync(kafkaJarsFolder()) && readdirSync(kafkaJarsFolder()).length > 20;
}

export function findMaven(): string | undefined {
  const home = process.env['MAVEN_HOME'];
  const own = home === undefined ? undefined : join(home, 'bin', 'mvn');
  return own !== undefined && existsSync(own) ? own : onPath('mvn');
}

/** Maven knows proxies from its settings only. Where these say nothing, we hand on what the environment says. */
export function proxyFlags(env: NodeJS.ProcessEnv): string[] {
  if (/proxyHost/.test(env['MAVEN_OPTS'] ?? '')) return [];
  return (['http', 'https'] as const).flatMap((scheme) => {
    const text = env[`${scheme}_proxy`] ?? env[`${scheme.toUpperCase()}_PROXY`];
    if (text === undefined || text === '' || !URL.canParse(text)) return [];
    const url = new URL(text);
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    return [`-D${scheme}.proxyHost=${url.hostname}`, `-D${scheme}.proxyPort=${port}`];
  });
}

/** Fetches the broker's jars by Maven, with the user's own settings; whole or not at all. */
export async function fetchKafkaJars(java: Java, log: string): Promise<string> {
  const folder = kafkaJarsFolder();
  if (haveKafkaJars()) return folder;
  const maven = findMaven();
  if (maven === undefined)
    throw new UserFault('Maven (mvn) is missing; it fetches the Kafka broker.', 'sudo apt-get install maven');
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const args = [
    '-q',
    '-B',
    '-f',
    pom,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${partial}`,
    ...proxyFlags(process.env),
  ];
  const status = await runToLog(maven, args, mavenEnv(java), log);
  if (status !== 0 || readdirSync(partial).length < 20) {
    rmSync(partial, { recursive: true, force: true });
    const words = tail(log, 20).join('\n');
    throw new UserFault(
      `Maven could not fetch the Kafka broker:\n${words}`,
      'check network, proxy and ~/.m2/settings.xml, then npm start',
    );
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return folder;
}

/** mvn takes JAVA_HOME even when it is stale or too old: it must name the Java that was found, or nothing. */
export function mavenEnv(java: Java, base: NodeJS.ProcessEnv = javaEnv()): NodeJS.ProcessEnv {
  const env = { ...base };
  // What is on PATH mvn finds by itself; it may be a link or a shim, whose folder is no home.
  if (java.from === 'PATH') delete env['JAVA_HOME'];
  else env['JAVA_HOME'] = java.path.replace(/\/bin\/java$/, '');
  return env;
}

function runToLog(command: string, args: string[], env: NodeJS.ProcessEnv, log: string): Promise<number> {
  const out = openSync(log, 'a', 0o600);
  return new Promise((done, failed) => {
    const child = spawn(command, args, { env, cwd: root, stdio: ['ignore', out, out] });
    closeSync(out);
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
}
