import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { services } from '../parts.ts';
import { asyncapi } from './asyncapi.ts';

const root = join(import.meta.dirname, '../..');
const help = `Usage: npm run generate [-- --check]

Writes every generated file anew: TypeScript from proto/, docs/asyncapi.yaml, grafana/dashboards, docker-compose.yml, each service's schema.sql.
  --check   fail when a committed file differs from what would be generated

Example: npm run generate -- --check
`;

const buf = (...args: string[]): void => {
  execFileSync(join(root, 'node_modules/.bin/buf'), args, {
    cwd: join(root, 'proto'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
};
const node = (script: string): void => {
  execFileSync(process.execPath, [join(root, script)], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
};

/** What is generated, and how. A folder stands for all files in it. */
const generators: { paths: string[]; write: () => void }[] = [
  { paths: ['libs/events/src/generated'], write: () => buf('generate') },
  {
    paths: ['docs/asyncapi.yaml'],
    write: () => {
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
      mkdirSync(join(root, 'docs'), { recursive: true });
      writeFileSync(
        join(root, 'docs/asyncapi.yaml'),
        stringify(asyncapi(version), { lineWidth: 0, aliasDuplicateObjects: false }),
      );
    },
  },
  { paths: ['grafana/dashboards'], write: () => node('grafana/src/main.ts') },
  { paths: ['docker-compose.yml'], write: () => node('tools/generate/compose.ts') },
  {
    paths: services.map((service) => `services/${service.name}/src/migrations/schema.sql`),
    write: () => node('tools/generate/schema.ts'),
  },
];

/** Content of every file below the given paths. */
function snapshot(paths: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (path: string): void => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) readdirSync(full).forEach((name) => visit(join(path, name)));
    else found.set(path, readFileSync(full, 'utf8'));
  };
  paths.forEach(visit);
  return found;
}

function restore(before: Map<string, string>, after: Map<string, string>): void {
  for (const path of after.keys()) if (!before.has(path)) rmSync(join(root, path));
  for (const [path, text] of before) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

if (process.argv.includes('--help')) {
  process.stdout.write(help);
} else {
  const paths = generators.flatMap((generator) => generator.paths);
  const before = snapshot(paths);
  for (const generator of generators) generator.write();
  const after = snapshot(paths);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  if (process.argv.includes('--check') && changed.length > 0) {
    restore(before, after);
    process.stderr.write(
      `Generated files differ from their sources: ${changed.join(', ')}. Run npm run generate and commit the result.\n`,
    );
    process.exitCode = 1;
  }
}
