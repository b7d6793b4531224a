// One process of the tally service that dies or is stopped by itself at a step of its work.
// Arguments: database url, topic prefix, broker, step, signal. Prints "ready" once it reads, and the step once it is there.
import { writeSync } from 'node:fs';
import { faultHook } from '../../src/fault-points.ts';
import { kafkaBroker } from '../../src/kafka/index.ts';
import { startTally } from './tally-service.ts';

const [url, prefix, brokers, point, signal] = process.argv.slice(2) as [string, string, string, string, NodeJS.Signals];
const client = kafkaBroker({ clientId: 'conformance', brokers: [brokers], prefix });
await startTally({ url, broker: client });
let struck = false;
faultHook.reached = (reached) => {
  if (struck || reached !== point) return;
  struck = true;
  writeSync(1, `${point}\n`);
  process.kill(process.pid, signal);
};
process.stdout.write('ready\n');
