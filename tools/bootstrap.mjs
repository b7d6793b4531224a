// The first step of every npm command. Runs on whatever Node the machine has (20 and up) and needs nothing installed:
// finds or fetches Node 24, installs packages, compiles, then hands over to the command's own program.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './bootstrap/build.mjs';
import { commands } from './bootstrap/commands.mjs';
import { Fault, alone, root } from './bootstrap/folders.mjs';
import { modules, modulesFit } from './bootstrap/modules.mjs';
import { node24 } from './bootstrap/node24.mjs';
import { run } from './bootstrap/run.mjs';

const beganMs = Date.now();
const [name = '', ...args] = process.argv.slice(2);

const preinstall = (node, ...flags) =>
  run(node, [join(root, 'tools', 'local', 'preinstall.ts'), ...flags], { show: true });

/** A first start takes minutes: it checks before it downloads, and fetches packages and Kafka beside npm's. */
async function firstStart(node) {
  const { status } = await preinstall(node, '--checks');
  if (status !== 0)
    throw new Fault('Cashloop cannot start here.', 'mend the points above (npm run doctor shows them all)');
  await Promise.all([modules(node), preinstall(node)]);
}

async function prepare(needs) {
  const node = await node24();
  if (needs === 'node') return node;
  await alone(async () => {
    if (name === 'start' && !modulesFit()) await firstStart(node);
    else await modules(node);
    if (needs === 'build') await build(node);
  });
  return node;
}

async function main() {
  const command = commands[name];
  if (command === undefined) {
    console.log(
      `npm start | npm test | npm run COMMAND, where COMMAND is one of: ${Object.keys(commands).join(', ')}\nExample: npm run status -- --help`,
    );
    return name === '' || name === '--help' ? 0 : 2;
  }
  const asksHelp = args.includes('--help') || args.includes('-h');
  // Help must not install anything; a command's own, longer help is shown once its packages are there.
  if (asksHelp && !(command.ownHelp === true && existsSync(join(root, 'node_modules', '.cashloop-stamp')))) {
    console.log(command.help);
    return 0;
  }
  if (!existsSync(join(root, command.program))) {
    console.error(`npm run ${name} is not part of this version (${command.program} is missing).`);
    return 2;
  }
  const node = await prepare(command.needs);
  const flags = ['--disable-warning=TimeoutNegativeWarning', '--disable-warning=ExperimentalWarning'];
  const env = {
    ...process.env,
    PATH: `${join(node, '..')}:${process.env.PATH ?? ''}`,
    CASHLOOP_BEGAN_MS: String(beganMs),
  };
  const done = await run(node, [...flags, join(root, command.program), ...args], { show: true, env });
  return done.status;
}

const fromTheDisk = {
  EACCES: ['may not be written by you', 'clone into a folder of your own'],
  EROFS: ['lies on a file system that is read-only', 'clone into a folder that can be written'],
  ENOSPC: ['could not be written: the disk is full', 'make room (npm run doctor says how much), then try again'],
};

function described(error) {
  if (error?.constructor?.name === 'Fault') return error.message;
  const [why, next] = fromTheDisk[error?.code] ?? [];
  return why === undefined ? error : `${error.path ?? root} ${why}.\n  Next: ${next}.`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(described(error));
  process.exitCode = 1;
}
