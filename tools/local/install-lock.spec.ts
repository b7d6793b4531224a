import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, startTicks } from './identity.ts';
import { installingStart } from './install-lock.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

describe('npm stop, while the lock names an npm start that installs', () => {
  const ticks = process.platform === 'linux' ? startTicks(readFileSync(`/proc/${process.pid}/stat`, 'utf8')) : '';

  test('finds that process by number and start', () => {
    expect(installingStart(`${process.pid} start ${ticks}`)).toEqual(identityOf(process.pid));
  });

  test.each([
    ['its number is now another process', `${process.pid} start ${ticks}1`],
    ['only the end of the start fits', `${process.pid} start ${ticks?.slice(1)}`],
    ['the start is not noted', `${process.pid} start`],
    ['the start is empty', `${process.pid} start `],
    ['the start could not be read', `${process.pid} start runs`],
    ['another command holds it', `${process.pid} test ${ticks}`],
    ['nothing is written yet', ''],
    ['nonsense is written', 'x start 1'],
  ])('touches nothing when %s', (_, text) => expect(installingStart(text)).toBeUndefined());
});

describe('where the lock says only that the process runs', () => {
  const holder = (program: string) =>
    inTemporaryFolder(async (folder) => {
      const file = join(folder, program);
      writeFileSync(file, 'process.stdin.resume()');
      const child = spawn(process.execPath, [file, 'start'], { stdio: ['pipe', 'ignore', 'ignore'] });
      try {
        return installingStart(`${child.pid} start runs`, 'darwin') !== undefined;
      } finally {
        child.kill('SIGKILL');
      }
    });

  test('its command must be the first program of npm start', async () => {
    expect(await holder('bootstrap.mjs')).toBe(true);
    expect(await holder('other.mjs')).toBe(false);
  });
});
