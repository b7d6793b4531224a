import { type Plan, planOf } from './faults/plan.ts';
import { kindOf, shrunk } from './shrink.ts';

test('what is taken out is not needed for the same failure, whatever else then fails', async () => {
  const plan: Plan = { ...planOf(1), processes: 2, partitions: 2 };
  const needed = plan.actions[2];
  // Without the third command there is another failure, as when the first one hid it.
  const run = async ({ actions }: Plan) => {
    const faults =
      needed !== undefined && actions.includes(needed) ? ['c2:invoice1 v1 got lost'] : ['no rest after 9 ms'];
    return { faults, trace: [], steps: 0, virtualMs: 0, struck: new Map() };
  };
  const smallest = await shrunk({ run }, plan, 'c1:invoice1 v3 got lost');
  expect(smallest).toEqual({ ...plan, processes: 1, partitions: 1, faults: [], actions: [needed] });
});

test('failures are of one kind when their sentences differ in ids and numbers only', () => {
  expect(kindOf('record cashloop.credit.v1/0/3 (c0:limit v2) was handled 2 times')).toBe(
    kindOf('record cashloop.credit.v1/1/12 (c1:limit v9) was handled 3 times'),
  );
  expect(kindOf('exposure of c1: 30 instead of 0')).toBe(kindOf('exposure of c2: undefined instead of 60'));
  expect(kindOf('exposure of c1: 30 instead of 0')).not.toBe(kindOf('limit of c1: v2 30 instead of v1 0'));
});
