import { kinds, openingCards } from './deck.ts';
import { drill } from './drill.ts';

/** The short form, which meets each kind: `npm run drill -- --kills 100` is the long one. Replay a failure with the seed. */
test('7 strikes while load runs: 0 lost, 0 doubled (seed 11)', async () => {
  const said: string[] = [];
  const findings = await drill({ kills: openingCards, seed: 11, say: (line) => said.push(line) }).catch(
    (error: Error) => {
      throw new Error(`${error.message}\n${said.join('\n')}`, { cause: error });
    },
  );
  expect({ ...findings, said: findings.lines.length > 0 ? said : [] }).toMatchObject({
    lost: 0,
    doubled: 0,
    lines: [],
  });
  const print = said.join('\n');
  for (const kind of kinds) {
    expect(print).toMatch(
      new RegExp(`^ +\\d+\\.\\d s  \\d: (long )?${kind}( \\(vault\\))?( while nothing moved)?$`, 'm'),
    );
    expect(print).toMatch(
      new RegExp(`^ +standstill after ${kind}: (none of 1 s or more|p50 .* s, max .* s \\(\\d+ partitions\\))$`, 'm'),
    );
  }
  expect(print).toContain('(vault)');
  expect(print).toMatch(/^ +[67] of 7 strikes hit readers at work, 1 of 1 long freezes woke a replaced member$/m);
  // Kafka takes longer than a second to come back: that no reader stood still would mean that nobody watched.
  expect(print).toMatch(/standstill after kill Kafka: p50/);
  expect(print).toMatch(
    /^ +the plain NestJS design beside it, [1-9]\d* kills: [1-9]\d* of [1-9]\d* exposures wrong, by \d+ cents$/m,
  );
}, 900_000);
