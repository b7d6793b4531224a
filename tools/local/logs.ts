import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parts } from '../parts.ts';
import { describeFault, UserFault } from './faults.ts';
import { foldersOf } from './folders.ts';
import { tail } from './logs-on-disk.ts';

const extra = ['start', 'install', 'maven'];

function asked(args: readonly string[]): { name: string; lines: number; follow: boolean } {
  const name = args.find((arg, at) => !arg.startsWith('--') && args[at - 1] !== '--lines');
  const linesAt = args.indexOf('--lines');
  const lines = linesAt === -1 ? 50 : Number(args[linesAt + 1]);
  const known = [...parts.map((part) => part.name), ...extra];
  if (name === undefined || !known.includes(name)) {
    throw new UserFault(
      name === undefined ? 'Which log?' : `There is no part ${name}.`,
      `npm run logs -- NAME, one of ${known.join(', ')}`,
    );
  }
  if (!Number.isInteger(lines) || lines < 0)
    throw new UserFault('--lines wants a whole number.', `npm run logs -- ${name} --lines 100`);
  return { name, lines, follow: !args.includes('--no-follow') };
}

function main(): void {
  const { name, lines, follow } = asked(process.argv.slice(2));
  const log = join(foldersOf().logs, `${name}.log`);
  if (!existsSync(log)) throw new UserFault(`${name} has written no log here (${log}).`, 'npm start -- --detach');
  if (!follow) {
    for (const line of tail(log, lines, 16 * 1024 * 1024)) console.log(line);
    return;
  }
  // By name, since a rotated log goes on under the same one.
  const child = spawn('tail', ['-n', String(lines), '-F', log], { stdio: ['ignore', 'inherit', 'ignore'] });
  process.on('SIGINT', () => child.kill('SIGTERM'));
  child.once('error', (error) => console.error(describeFault(error)));
}

try {
  main();
} catch (error) {
  console.error(describeFault(error));
  process.exitCode = 1;
}
