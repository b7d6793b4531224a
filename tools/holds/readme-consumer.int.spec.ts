import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  create,
  CreditHoldState_Scope,
  CreditHoldState_Severity,
  CreditHoldState_State,
  CreditHoldStateSchema,
  customerKey,
  HoldCause_Kind,
  outgoing,
  topicDefs,
  type OutgoingEvent,
} from '@cashloop/events';
import { kafkaBroker } from '@cashloop/messaging/kafka';
import { testBroker, type TestBroker } from '@cashloop/testkit';
import { root } from '../local/folders.ts';
import { defaultPortBase, portPlan } from '../parts.ts';

/** The program that the README gives to whoever takes holds into a system of theirs, run as they would run it. */
const HEADING = '## Consume holds from Kafka';
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const example = /```js\n([^`]+)```/.exec(readme.slice(readme.indexOf(HEADING)))?.[1] ?? '';

let broker: TestBroker;
let program: ChildProcessWithoutNullStreams | undefined;

beforeAll(async () => {
  broker = await testBroker();
  await broker.createTopics([topicDefs.creditHold]);
}, 60_000);

afterAll(async () => {
  if (program !== undefined && program.exitCode === null && program.signalCode === null) {
    program.kill('SIGKILL');
    await once(program, 'exit');
  }
  await broker.close();
}, 60_000);

/** What a test changes about the program: where the broker is, and whose topic and group these are. */
function placed(text: string): string {
  const places: [string, string][] = [
    [`127.0.0.1:${portPlan(defaultPortBase).get('kafka')}`, broker.brokers[0]!],
    [topicDefs.creditHold.name, broker.topicPrefix + topicDefs.creditHold.name],
    ["'order-system'", `'${broker.topicPrefix}order-system'`],
  ];
  return places.reduce((program, [here, there]) => {
    expect(program.split(here)).toHaveLength(2);
    return program.replace(here, there);
  }, text);
}

/** The example never shows its map: an order system would look into it. */
const SHOW = `
setInterval(() => console.log('kept ' + JSON.stringify([...holds.values()].map((h) => [h.account_id, h.version, h.state]))), 100);`;

function hold(accountId: string, version: number, state: 'HELD' | 'FREE'): OutgoingEvent {
  const data = create(CreditHoldStateSchema, {
    accountId,
    version,
    holdId: '00000000-0000-4000-8000-000000000001',
    state: CreditHoldState_State[state],
    severity: CreditHoldState_Severity.SOFT,
    scope: CreditHoldState_Scope.NEW_ORDERS,
    causes:
      state === 'HELD' ? [{ kind: HoldCause_Kind.OVER_LIMIT, amountMinor: '20000', thresholdMinor: '100000' }] : [],
    currency: 'USD',
  });
  const about = { orgId: '1', key: customerKey('1', accountId), subject: `credit_hold/${accountId}`, time: new Date() };
  return outgoing(topicDefs.creditHold, state === 'HELD' ? 'credit_hold_placed' : 'credit_hold_released', data, about);
}

async function send(events: readonly OutgoingEvent[]): Promise<void> {
  const kafka = kafkaBroker({ clientId: 'test', brokers: broker.brokers, prefix: broker.topicPrefix });
  const producer = await kafka.producer();
  await producer.send(events.map((one) => ({ ...one, headers: { ...one.headers, ce_source: 'test' } })));
  await producer.close();
  await kafka.close();
}

test('the README’s consumer keeps the highest version per account, repeats and older states or not', async () => {
  const events = [
    hold('5', 2, 'HELD'),
    hold('5', 1, 'HELD'),
    hold('6', 1, 'HELD'),
    hold('5', 3, 'FREE'),
    hold('5', 2, 'HELD'),
    hold('6', 1, 'HELD'),
    hold('7', 10, 'HELD'),
    hold('7', 9, 'FREE'),
  ];
  await send(events);
  program = spawn(process.execPath, ['--input-type=module'], { cwd: root });
  let errors = '';
  program.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  program.stdin.end(placed(example) + SHOW);
  // One that fails goes on trying: ended here, so that what it complained about is shown.
  const deadline = setTimeout(() => program?.kill('SIGKILL'), 40_000);
  const printed: string[] = [];
  let kept = '';
  for await (const line of createInterface({ input: program.stdout })) {
    if (/^\d+ (HELD|FREE)/.test(line)) printed.push(line);
    // Only after all of them were printed: each is kept before it is.
    else if (line.startsWith('kept ') && printed.length >= events.length) {
      kept = line.slice('kept '.length);
      break;
    }
  }
  clearTimeout(deadline);
  // A client may complain and go on: only a program that came to nothing is told by its complaints.
  expect(kept === '' ? errors : 'it went through').toBe('it went through');
  expect(printed).toEqual(expect.arrayContaining(['5 FREE ', '5 HELD OVER_LIMIT']));
  expect((JSON.parse(kept) as unknown[]).toSorted()).toEqual([
    ['5', 3, 'FREE'],
    ['6', 1, 'HELD'],
    ['7', 10, 'HELD'],
  ]);
}, 60_000);
