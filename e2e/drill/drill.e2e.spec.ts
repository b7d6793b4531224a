import { drill } from './drill.ts';

/** The short form: `npm run drill -- --kills 100` is the long one. Replay a failure with the seed. */
test('6 strikes while load runs: 0 lost, 0 doubled (seed 11)', async () => {
  const said: string[] = [];
  const findings = await drill({ kills: 6, seed: 11, say: (line) => said.push(line) });
  expect({ ...findings, said: findings.lines.length > 0 ? said : [] }).toMatchObject({
    lost: 0,
    doubled: 0,
    lines: [],
  });
}, 600_000);
