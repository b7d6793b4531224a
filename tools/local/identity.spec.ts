import { spawn } from 'node:child_process';
import { identityOf, isAlive, startTicks } from './identity.ts';

describe('identity of a process', () => {
  const tail = '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20';

  test('finds the start in a name with spaces and brackets', () => {
    expect(startTicks(`77 (a) b (c)) S ${tail}`)).toBe('4711');
  });

  test('a zombie is gone', () => {
    expect(startTicks(`77 (node) Z ${tail}`)).toBeUndefined();
  });

  test('we are alive, and the same number with another start is not us', () => {
    const self = identityOf(process.pid);
    expect(self).toBeDefined();
    if (self === undefined) return;
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ ...self, started: `${self.started}0` })).toBe(false);
  });

  test('an ended process is gone', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const identity = identityOf(child.pid ?? 0);
    expect(identity && isAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
    expect(identity && isAlive(identity)).toBe(false);
  });
});
