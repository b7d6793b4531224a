import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFormat, hasData, writeFormat } from './format-version.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const ours = { kafka: 'ours', postgres: 'ours' };

describe('format of the data', () => {
  test('what was written is accepted', async () => {
    await inTemporaryFolder((folder) => {
      expect(hasData(folder)).toBe(false);
      checkFormat(folder, ours);
      writeFormat(folder, ours);
      expect(hasData(folder)).toBe(true);
      expect(() => checkFormat(folder, ours)).not.toThrow();
    });
  });

  test('another version is refused', async () => {
    await inTemporaryFolder((folder) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'format.json'), JSON.stringify({ format: 99, servers: ours }));
      expect(() => checkFormat(folder, ours)).toThrow('format 99');
    });
  });

  test('data of one set of servers are not used with another', async () => {
    await inTemporaryFolder((folder) => {
      writeFormat(folder, ours);
      expect(() => checkFormat(folder, { ...ours, kafka: 'k:9092' })).toThrow(
        'made with kafka at ours, now it is k:9092',
      );
    });
  });
});
