import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeFault, UserFault } from './faults.ts';
import { readJson } from './files.ts';
import { foldersOf } from './folders.ts';
import type { Folders } from './folders.ts';
import { clusterFolder } from './postgres-user.ts';
import { statusReport } from './status-report.ts';
import type { PartStatus, StatusReport } from './status-report.ts';

const megabytes = (bytes: number | null): string =>
  bytes === null || bytes === 0 ? '' : `${Math.round(bytes / 1024 ** 2)} MB`;

function row(part: PartStatus): string {
  const cells = [
    part.name.padEnd(16),
    part.state.padEnd(10),
    (part.url ?? '').padEnd(28),
    String(part.pid ?? '').padStart(7),
    megabytes(part.memory).padStart(8),
  ];
  return `${cells.join(' ')}  ${part.note ?? ''}`.trimEnd();
}

function table(report: StatusReport, folders: Folders): string {
  const header = `${'PART'.padEnd(16)} ${'STATE'.padEnd(10)} ${'ADDRESS'.padEnd(28)} ${'PROCESS'.padStart(7)} ${'MEMORY'.padStart(8)}`;
  const total = report.parts.reduce((sum, part) => sum + (part.memory ?? 0), 0);
  const lines = [
    header,
    ...report.parts.map(row),
    '',
    `Together ${megabytes(total) || '0 MB'}. Logs: npm run logs -- NAME. Files: ${report.home}`,
  ];
  const cluster = clusterFolder({ home: folders.home, data: folders.data });
  if (existsSync(cluster) && !cluster.startsWith(report.home))
    lines.push(`Postgres' files: ${cluster} (its user cannot reach this clone)`);
  if (report.phase === 'stopped') lines.push('It does not run. Next: npm start');
  else if (report.credentials !== null)
    lines.push(`Log in as ${report.credentials.email} ${report.credentials.password}`);
  return lines.join('\n');
}

interface Environment {
  gatewayUrl: string;
  sandboxUrl: string;
  kafkaBrokers: string;
  redisUrl: string;
  admin: { email: string; password: string };
  services: Record<string, Record<string, string>>;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** For eval in a shell. The names differ from those npm start reads, so that a later start still uses its own servers. */
function shellVariables(folders: Folders): string {
  const env = readJson<Environment>(join(folders.state, 'env.json'));
  if (env === undefined) throw new UserFault('Cashloop has not been started here yet.', 'npm start -- --detach');
  const databases = Object.values(env.services).flatMap((one) =>
    Object.entries(one).filter(([name]) => name.endsWith('_DATABASE_URL')),
  );
  const variables: [string, string][] = [
    ['CASHLOOP_URL', env.gatewayUrl],
    ['CASHLOOP_EMAIL', env.admin.email],
    ['CASHLOOP_PASSWORD', env.admin.password],
    ['CASHLOOP_SANDBOX_URL', env.sandboxUrl],
    ['CASHLOOP_KAFKA_BROKERS', env.kafkaBrokers],
    ['CASHLOOP_REDIS_URL', env.redisUrl],
    ...databases,
  ];
  return variables
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `export ${name}=${quoted(text)}`)
    .join('\n');
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const unknown = args.find((arg) => arg !== '--json' && arg !== '--env');
  if (unknown !== undefined)
    throw new UserFault(`npm run status does not know ${unknown}.`, 'npm run status -- --help');
  const folders = foldersOf();
  if (args.includes('--env')) return console.log(shellVariables(folders));
  const report = await statusReport(folders);
  console.log(args.includes('--json') ? JSON.stringify(report, null, 2) : table(report, folders));
}

main().catch((error: unknown) => {
  console.error(describeFault(error));
  process.exitCode = 1;
});
