/** What a service folder may hold, and where. DESIGN section 1: six folders, always the same. */
const folders = ['domain', 'handlers', 'stores', 'connectors', 'http', 'migrations'];
const handlerName = /^(on|do|run|poll|deliver)-[a-z0-9-]+(\.int|\.property)?(\.spec)?\.ts$/;
const storeName = /\.(store|view|row)(\.int)?(\.spec)?\.ts$/;
const bannedNames = /^(utils?|helpers?|common|shared|core|misc|lib)(\.ts)?$/;

/** Faults in the shape of one service, given the paths of its files relative to its folder. */
export function shapeFaults(service: string, files: readonly string[]): string[] {
  const faults: string[] = [];
  for (const name of ['README.md', 'package.json', 'src/main.ts', `src/${service}.module.ts`, 'src/config.ts']) {
    if (!files.includes(name)) faults.push(`${service}: ${name} is missing`);
  }
  for (const file of files.filter((path) => path.startsWith('src/'))) faults.push(...sourceFaults(service, file));
  return faults;
}

function sourceFaults(service: string, file: string): string[] {
  const parts = file.split('/').slice(1);
  const folder = parts[0]!;
  const name = parts.at(-1)!;
  if (parts.length === 1)
    return topFile(service, name) ? [] : [`${service}: src/${name} belongs in one of ${folders.join(', ')}`];
  if (!folders.includes(folder)) return [`${service}: src/${folder}/ is not one of ${folders.join(', ')}`];
  if (folder === 'handlers' && !handlerName.test(name))
    return [`${service}: ${file} is not named on- do- run- poll- or deliver-`];
  if (folder === 'stores' && !storeName.test(name))
    return [`${service}: ${file} is not a .store.ts, .view.ts or .row.ts`];
  if (folder === 'connectors' && parts.length < 3)
    return [`${service}: ${file} needs a folder named for the outside system`];
  return [];
}

function topFile(service: string, name: string): boolean {
  return ['main.ts', 'config.ts', 'metrics.ts', `${service}.module.ts`].includes(name) || name.endsWith('.spec.ts');
}

/** Paths with a name that says nothing. */
export function bannedPaths(files: readonly string[]): string[] {
  return files.filter((file) => file.split('/').some((part) => bannedNames.test(part)));
}
