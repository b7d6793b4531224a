import { within } from './pauses.ts';

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
