// A Kafka of one spec's own; own-server.ts says what it prints and obeys.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findJava } from '../local/java.ts';
import { fetchKafkaJars } from '../local/kafka-jars.ts';
import { kafkaAnswers } from '../local/kafka-ready.ts';
import { prepareKafka } from '../local/kafka.ts';
import { host } from '../local/ports.ts';
import { keep, type Prepared } from './own-server.ts';

async function prepare(folder: string, base: number): Promise<Prepared> {
  const log = join(folder, 'kafka.log');
  const { java } = await findJava();
  if (java === undefined) throw new Error('Kafka needs Java 17 or later: npm run doctor');
  const jars = await fetchKafkaJars(java, log);
  const data = join(folder, 'data');
  mkdirSync(data);
  const port = base + 20;
  const command = await prepareKafka({ java, jars, folder: data, log, port, controllerPort: base + 21 });
  // After SIGKILL it may not come back before the session of the one that died is over, nine seconds unless told.
  appendFileSync(join(data, 'server.properties'), 'broker.session.timeout.ms=2000\nbroker.heartbeat.interval.ms=500\n');
  return { command, address: `${host}:${port}` };
}

keep({ name: 'Kafka', prepare, answers: (address) => kafkaAnswers([address]), last: 'SIGKILL' });
