import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const simulate = (...args: string[]): { status: number | null; out: string } => {
  const main = join(import.meta.dirname, 'main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, out: status === 2 ? stderr : stdout };
};

test('the kernel as it is comes through, and every kind of fault strikes', () => {
  const { status, out } = simulate('--seeds', '1000');
  expect(out).toMatch(/^(\S.* +[1-9]\d*\n){28,}simulate: 1000 seeds, 0 failed\n$/);
  expect(status).toBe(0);
}, 480_000);

test('each trap is found when somebody makes it', () => {
  const { status, out } = simulate('--plants');
  expect(out.match(/found by seed/g)).toHaveLength(14);
  expect(out).toMatch(/simulate: 14 plants, 0 not found\n$/);
  expect(status).toBe(0);
}, 480_000);

test('a failing seed tells the smallest run that fails, and tells the same again', () => {
  // Which seed it is changes with every statement the kernel sends.
  const [, seed = ''] = /^seed (\d+) failed/.exec(simulate('--plant', 'batch-end', '--seeds', '500').out) ?? [];
  const first = simulate('--plant', 'batch-end', '--from', seed, '--seeds', '1');
  expect(first).toEqual(simulate('--plant', 'batch-end', '--from', seed, '--seeds', '1'));
  expect(first.status).toBe(1);
  expect(first.out).toMatch(
    /^seed \d+ failed:\n.* was handled 2 times\n(.*\n)*.* are needed:\n.* was handled 2 times\n/,
  );
  expect(first.out).toMatch(/FAULT/);
  expect(first.out).toMatch(/--plant batch-end --from \d+ --seeds 1\nsimulate: 1 seeds, 1 failed\n$/);
}, 240_000);

test('an option that makes no sense is one sentence', () => {
  expect(simulate('--plant', 'nothing')).toEqual({
    status: 2,
    out: expect.stringMatching(/^There is no plant named nothing\. .*--help\n$/) as string,
  });
});
