import { randomUUID } from 'node:crypto';
import type { Broker, PartitionControl } from '../../../src/index.ts';
import { pause } from '../../../src/pauses.ts';
import { until } from '../../notes-service.ts';
import { sendBy, topic } from './traffic.ts';

const PAUSE_MS = 600;
type Act = (control: PartitionControl) => unknown;

/** What a batch says in answer, one step per batch. Exactly-once effects survive most of it being ignored: so it is seen here. */
export function controlTests(clients: () => readonly [Broker, Broker]): void {
  test.each([
    ['kafkajs', 0],
    ['@platformatic/kafka', 1],
  ] as const)('%s goes on after what is done, seeks, pauses and resumes', async (_, which) => {
    const client = clients()[which];
    const messages = Array.from({ length: 9 }, (_, i) => ({ topic, key: 'one', value: String(i), headers: {} }));
    await sendBy(client, messages);
    const steps = stepsOf();
    let paused: PartitionControl | undefined;
    const consumer = await client.consumer({
      group: randomUUID(),
      topics: [topic],
      partitionsAtOnce: 1,
      onAssigned: () => void steps.log.push('assigned'),
      onCrash: () => undefined,
      onBatch: async ({ fetchedFrom, records }, control) => {
        steps.take(`from ${fetchedFrom}: ${records[0]?.offset} to ${records.at(-1)?.offset}`, control);
        paused = control;
      },
    });
    await until(() => steps.left() === 0, 'the endless pause');
    await pause(PAUSE_MS);
    expect(steps.log).toEqual(['assigned', 'from 0: 0 to 8', 'from 3: 3 to 8', 'from 1: 1 to 8', 'from 1: 1 to 8']);
    expect(steps.pausedMs()).toBeGreaterThan(PAUSE_MS - 50);
    paused?.resume();
    await until(() => steps.log.length === 6, 'resumed');
    expect([steps.log.at(-1), paused?.owned()]).toEqual(['from 1: 1 to 8', true]);
    await consumer.close();
    expect(paused?.owned()).toBe(false);
  });
}

interface Steps {
  readonly log: string[];
  take(seen: string, control: PartitionControl): void;
  left(): number;
  pausedMs(): number;
}

function stepsOf(): Steps {
  const log: string[] = [];
  const times: number[] = [];
  const acts: Act[] = [
    (control) => control.done(2n),
    (control) => control.seek(1n),
    (control) => control.pause(PAUSE_MS),
    (control) => control.pause(),
  ];
  return {
    log,
    take: (seen, control) => {
      log.push(seen);
      times.push(performance.now());
      (acts.shift() ?? (() => control.done(8n)))(control);
    },
    left: () => acts.length,
    pausedMs: () => (times[3] ?? 0) - (times[2] ?? 0),
  };
}
