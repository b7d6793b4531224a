import { getEventListeners } from 'node:events';
import { endOf, within } from './pauses.ts';

test('waits for the end, whatever it is', async () => {
  await within(Promise.resolve('fine'), 60_000);
  await within(Promise.reject(new Error('of no interest')), 60_000);
  await within(undefined, 60_000);
});

test('does not wait for what never ends', async () => {
  const start = performance.now();
  await within(new Promise(() => undefined), 20);
  expect(performance.now() - start).toBeGreaterThan(15);
});

test('waits for the end or the signal, and leaves nothing behind on a signal that lives on', async () => {
  const over = new AbortController();
  await endOf(Promise.reject(new Error('of no interest')), over.signal);
  expect(getEventListeners(over.signal, 'abort')).toEqual([]);
  const waiting = endOf(new Promise(() => undefined), over.signal);
  over.abort();
  await waiting;
  await endOf(new Promise(() => undefined), over.signal);
  expect(getEventListeners(over.signal, 'abort')).toEqual([]);
});
