import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Java {
  path: string;
  major: number;
  /** Where we found it, in words for the doctor. */
  from: string;
}

/** `openjdk version "17.0.15"` and the old `"1.8.0_392"`. */
export function majorOf(versionText: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(versionText);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

export function onPath(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  // Debian keeps servers in /usr/sbin, which a plain user's PATH lacks.
  const folders = [...path.split(delimiter), '/usr/local/bin', '/usr/bin', '/usr/sbin', '/opt/homebrew/bin'];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

function candidates(): { path: string; from: string }[] {
  const found: { path: string; from: string }[] = [];
  const home = process.env['JAVA_HOME'];
  if (home !== undefined) found.push({ path: join(home, 'bin', 'java'), from: 'JAVA_HOME' });
  const first = onPath('java');
  if (first !== undefined) found.push({ path: first, from: 'PATH' });
  for (const folder of ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines', '/opt/homebrew/opt']) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder).sort().reverse()) {
      for (const inside of ['bin/java', 'Contents/Home/bin/java']) {
        const path = join(folder, name, inside);
        if (/jdk|java|jre/i.test(name) && existsSync(path)) found.push({ path, from: folder });
      }
    }
  }
  return found;
}

/** The first Java of 17 or later: JAVA_HOME, then PATH, then the usual folders. Also answers the old ones it met. */
export async function findJava(): Promise<{ java?: Java; tooOld: Java[] }> {
  const tooOld: Java[] = [];
  for (const { path, from } of candidates()) {
    try {
      const { stdout, stderr } = await run(path, ['-version'], { timeout: 20_000 });
      const major = majorOf(stderr + stdout);
      if (major === undefined) continue;
      if (major >= 17) return { java: { path, major, from }, tooOld };
      tooOld.push({ path, major, from });
    } catch {
      // A broken link is no Java.
    }
  }
  return { tooOld };
}

/** Java reads file names by the locale; without UTF-8 it cannot open a clone in a folder with an umlaut. */
export function javaEnv(): NodeJS.ProcessEnv {
  return { ...process.env, ...(process.platform === 'linux' ? { LC_ALL: 'C.UTF-8' } : {}) };
}
