import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const help = `Usage: npm run new -- service NAME

Writes a new service into services/NAME, in the shape of all services: one table, one handler, one decision, one page.
Then run npm install (a new workspace), add the service to tools/parts.ts, and start it with npm run dev -- NAME.

Example: npm run new -- service bureau-ingestion
`;

const [kind, name, ...rest] = process.argv.slice(2);
if (kind === '--help' || kind === undefined) {
  process.stdout.write(help);
} else if (kind !== 'service' || name === undefined || rest.length > 0) {
  process.stderr.write(
    `Nothing was written: "${process.argv.slice(2).join(' ')}" is no generator call. See npm run new -- --help.\n`,
  );
  process.exitCode = 2;
} else {
  const args = [
    join(root, 'node_modules/nx/dist/bin/nx.js'),
    'generate',
    './tools/new:service',
    name,
    '--no-interactive',
  ];
  const run = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  process.exitCode = run.status ?? 1;
}
