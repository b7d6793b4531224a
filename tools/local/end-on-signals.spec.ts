import { spawn } from 'node:child_process';
import { join } from 'node:path';

const program = `
  import { endOnSignals } from ${JSON.stringify(join(import.meta.dirname, 'end-on-signals.ts'))};
  endOnSignals(async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    console.log('cleaned up');
  });
  setInterval(() => undefined, 1_000);
  console.log('runs');
`;

test('told twice to end, a process cleans up once and then ends', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  await new Promise<void>((resolve) =>
    child.stdout.on('data', (text: Buffer) => {
      said += String(text);
      if (said.includes('runs')) resolve();
    }),
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(said).toBe('runs\ncleaned up\n');
});
