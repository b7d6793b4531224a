// One process of the tally service that dies or is stopped by itself at a step of its work.
// Arguments: database url, the broker and its client as JSON, step, signal. Prints "ready" once it reads, and the step once it is there.
// Each line it reads is a commit: {"events": [...], "sick": id of the one that its handler cannot handle yet}.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { OutgoingEvent } from '@cashloop/events';
import { faultHook } from '../../src/fault-points.ts';
import { Effects } from '../../src/index.ts';
import { trouble } from '../notes-service.ts';
import type { BrokerStage, ClientKind } from './broker-stage.ts';
import { orgs, startTally } from './tally-service.ts';

const [url, address, point, signal] = process.argv.slice(2) as [string, string, string, NodeJS.Signals];
const { brokers, prefix, module, name } = JSON.parse(address) as NonNullable<BrokerStage['address']>;
const { [name]: make } = (await import(module)) as Record<string, ClientKind['make']>;
const client = make!({ clientId: 'conformance', brokers: [brokers], prefix });
const app = await startTally({ url, broker: client });
let struck = false;
let sick: string | undefined;
trouble.before = async (events) => {
  if (events.some(({ id }) => id === sick)) throw new Error('sick');
};
faultHook.reached = (reached) => {
  if (reached === 'aside.committed') sick = undefined;
  if (struck || reached !== point) return;
  struck = true;
  writeSync(1, `${point}\n`);
  process.kill(process.pid, signal);
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const told = JSON.parse(line) as { events: OutgoingEvent[]; sick?: string };
  sick = told.sick;
  void app.get(Effects).commit(orgs, async () => told.events);
});
process.stdout.write('ready\n');
