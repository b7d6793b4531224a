import { setTimeout as sleep } from 'node:timers/promises';
import { KeyedQueue, QueueClosed } from './keyed-queue.ts';
import { InFlight } from './quota/in-flight.ts';

test('same key in order, other keys side by side, a failure stops nothing', async () => {
  const queue = new KeyedQueue();
  const seen: string[] = [];
  const slow = queue.run('a', () => sleep(20).then(() => seen.push('a1')));
  const failing = queue.run('a', () => Promise.reject(new Error('no')));
  const after = queue.run('a', async () => seen.push('a3'));
  await queue.run('b', async () => seen.push('b'));
  await expect(failing).rejects.toThrow('no');
  await Promise.all([slow, after]);
  expect(seen).toEqual(['b', 'a1', 'a3']);
  await sleep(0);
  expect(queue.busy('a')).toBe(false);
});

test('closing waits for what runs and takes nothing new', async () => {
  const queue = new KeyedQueue();
  let done = false;
  void queue.run('a', () => sleep(20).then(() => (done = true)));
  await queue.close();
  expect(done).toBe(true);
  await expect(queue.run('a', async () => 1)).rejects.toThrow(QueueClosed);
});

test('no more than the limit run at once, and all run', async () => {
  const gate = new InFlight(2);
  let running = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await sleep(2);
    running--;
  };
  await Promise.all(Array.from({ length: 9 }, () => gate.run('k', work)));
  expect([most, running]).toEqual([2, 0]);
});
