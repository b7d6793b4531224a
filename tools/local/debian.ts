import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { onPath } from './java.ts';

const policyFile = '/usr/sbin/policy-rc.d';
const ours = '# placed by cashloop while it installs packages';

/** How we may install Debian packages: as root, through a password-less sudo, or not at all. */
export function installRight(): 'root' | 'sudo' | 'none' {
  if (onPath('apt-get') === undefined) return 'none';
  if (process.getuid?.() === 0) return 'root';
  if (onPath('sudo') === undefined) return 'none';
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? 'sudo' : 'none';
}

/** What a person without the right must ask for. */
export function installCommand(packages: readonly string[]): string {
  if (process.platform === 'darwin') return `brew install ${packages.map(brewName).join(' ')}`;
  return `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

function brewName(name: string): string {
  return name === 'redis-server' ? 'redis' : name;
}

function isInstalled(name: string): boolean {
  const asked = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' });
  return asked.status === 0 && asked.stdout.includes('ok installed');
}

type Runner = (args: string[], input?: string) => { ok: boolean; text: string };

function runnerFor(right: 'root' | 'sudo', log: string): Runner {
  return (args, input) => {
    const [command, ...rest] = right === 'root' ? args : ['sudo', '-n', ...args];
    const done = spawnSync(command ?? '', rest, {
      encoding: 'utf8',
      input: input ?? '',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    const text = `${done.stdout}${done.stderr}`;
    appendFileSync(log, `$ ${args.join(' ')}\n${text}`);
    return { ok: done.status === 0, text };
  };
}

/** The package scripts ask this file whether a service may start. It forgets itself should we be killed meanwhile. */
function policyText(pid: number): string {
  return `#!/bin/sh\n${ours}\nkill -0 ${pid} 2>/dev/null || [ -d /proc/${pid} ] || exit 0\nexit 101\n`;
}

function withoutServiceStarts<T>(run: Runner, work: () => T): T {
  const theirs = existsSync(policyFile) && !readFileSync(policyFile, 'utf8').includes(ours);
  if (!theirs) {
    run(['tee', policyFile], policyText(process.pid));
    run(['chmod', '755', policyFile]);
  }
  try {
    return work();
  } finally {
    if (!theirs) run(['rm', '-f', policyFile]);
  }
}

/** Without this the service would start with the machine's next boot. */
function keepFromBoot(run: Runner, name: string): void {
  const runs = existsSync('/run/systemd/system');
  if (onPath('systemctl') !== undefined) run(['systemctl', 'disable', ...(runs ? ['--now'] : []), `${name}.service`]);
  if (existsSync(`/etc/init.d/${name}`)) run(['update-rc.d', name, 'disable']);
}

/**
 * Installs what is missing of the packages, and leaves none of their services running, now or after a boot.
 * Packages that were there before are not touched.
 * @returns the packages that could not be installed, with apt's own last words
 */
export function installPackages(names: readonly string[], log: string): { missing: string[]; why: string } {
  const missing = names.filter((name) => !isInstalled(name));
  const right = installRight();
  if (missing.length === 0) return { missing: [], why: '' };
  if (right === 'none') return { missing, why: 'no right to install packages' };
  const run = runnerFor(right, log);
  const install = () => run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...missing]);
  const done = withoutServiceStarts(run, () => {
    const first = install();
    // Package lists may be absent (fresh image) or old: then refresh them once.
    return first.ok || !run(['apt-get', 'update', '-q']).ok ? first : install();
  });
  const left = missing.filter((name) => !isInstalled(name));
  for (const name of missing) if (!left.includes(name)) keepFromBoot(run, name);
  return { missing: left, why: done.ok ? '' : (done.text.trim().split('\n').at(-1) ?? '') };
}
