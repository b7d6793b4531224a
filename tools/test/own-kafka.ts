// A Kafka of one spec's own, which the spec may take down: the shared one must never be restarted.
// Prints "ready HOST:PORT" once it answers. A line on its input, like "SIGKILL 1000", ends it by that signal, leaves it
// away for so many ms, and brings it back on the same folder and port; then it is "ready" again.
// It ends with its input, so that a spec that dies leaves nothing behind.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOnSignals } from '../local/end-on-signals.ts';
import { findJava } from '../local/java.ts';
import { fetchKafkaJars } from '../local/kafka-jars.ts';
import { kafkaAnswers } from '../local/kafka-ready.ts';
import { prepareKafka } from '../local/kafka.ts';
import { tail } from '../local/logs-on-disk.ts';
import { freeBase, host } from '../local/ports.ts';
import { launch, stopProcess, type Command, type Running } from '../local/processes.ts';
import { until } from '../local/waiting.ts';

const folder = mkdtempSync(join(tmpdir(), 'cashloop-kafka-'));
let launching: Promise<Running> | undefined;
let ending: Promise<void> | undefined;

interface Own {
  command: Command;
  address: string;
}

async function prepared(): Promise<Own> {
  const log = join(folder, 'kafka.log');
  const { java } = await findJava();
  if (java === undefined) throw new Error('Kafka needs Java 17 or later: npm run doctor');
  const jars = await fetchKafkaJars(java, log);
  // Below the ports that systems give to outgoing connections: while it is away nobody may take its own.
  const port = (await freeBase(23_080, [20, 21])) + 20;
  const data = join(folder, 'data');
  mkdirSync(data);
  const command = await prepareKafka({ java, jars, folder: data, log, port, controllerPort: port + 1 });
  // After SIGKILL it may not come back before the session of the one that died is over, nine seconds unless told.
  appendFileSync(join(data, 'server.properties'), 'broker.session.timeout.ms=2000\nbroker.heartbeat.interval.ms=500\n');
  return { command, address: `${host}:${port}` };
}

async function bring(command: Command, address: string): Promise<void> {
  if (ending !== undefined) return;
  launching = launch(command);
  const { ended } = await launching;
  try {
    await until(() => kafkaAnswers([address]), { limitMs: 120_000, brokenOff: ended });
  } catch (error) {
    throw new Error(`Kafka did not start:\n${tail(command.log, 20).join('\n')}`, { cause: error });
  }
  process.stdout.write(`ready ${address}\n`);
}

async function takeDown(signal: NodeJS.Signals): Promise<void> {
  const running = await launching;
  if (running !== undefined) await stopProcess(running.identity, { first: signal, limitMs: 60_000 });
}

/** Its data is worth nothing: at once. Also one that is just being started. */
function end(): Promise<void> {
  ending ??= takeDown('SIGKILL')
    .catch(() => undefined)
    .finally(() => rmSync(folder, { recursive: true, force: true }));
  return ending;
}

async function restart(line: string, { command, address }: Own): Promise<void> {
  const [signal, awayMs] = line.split(' ');
  await takeDown(signal as NodeJS.Signals);
  await sleep(Number(awayMs));
  await bring(command, address);
}

async function failed(error: unknown): Promise<void> {
  if (ending === undefined) console.error(error);
  await end();
  process.exit(1);
}

async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  lines.once('close', () => void end().finally(() => process.exit()));
  const own = await prepared();
  let work = bring(own.command, own.address);
  lines.on('line', (line) => void (work = work.then(() => restart(line, own)).catch(failed)));
  await work;
}

endOnSignals(end);
main().catch(failed);
