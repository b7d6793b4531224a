import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rotate, tail } from './logs-on-disk.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

describe('logs', () => {
  test('the last lines', async () => {
    await inTemporaryFolder((folder) => {
      const file = join(folder, 'x.log');
      expect(tail(file, 3)).toEqual([]);
      writeFileSync(file, 'a\nb\nc\nd\n');
      expect(tail(file, 3)).toEqual(['b', 'c', 'd']);
      expect(tail(file, 9)).toEqual(['a', 'b', 'c', 'd']);
      expect(tail(file, 0)).toEqual([]);
    });
  });

  test('a small one stays, a large one is kept aside, at most three of them', async () => {
    await inTemporaryFolder((folder) => {
      const file = join(folder, 'x.log');
      writeFileSync(file, 'small');
      expect(rotate(file, 10)).toBe(false);
      for (let round = 1; round <= 5; round++) {
        appendFileSync(file, `round ${round} is long enough`);
        expect(rotate(file, 10)).toBe(true);
        expect(statSync(file).size).toBe(0);
      }
      expect(readFileSync(`${file}.1`, 'utf8')).toContain('round 5');
      expect(existsSync(`${file}.3`)).toBe(true);
      expect(existsSync(`${file}.4`)).toBe(false);
    });
  });
});
