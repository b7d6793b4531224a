import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** What `npm run status -- --json` shows of one part. */
export interface PartStatus {
  name: string;
  state: string;
  url: string | null;
  port: number;
  pid: number | null;
  memory: number | null;
  log: string;
}

/** A whole Cashloop of its own: ports, folders and data apart from any other start. */
export class System {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly portBase: number;
  private supervisor: ChildProcess | undefined;

  constructor(portBase: number) {
    this.portBase = portBase;
    this.home = mkdtempSync(join(root, '.cashloop', 'e2e-'));
    // The servers of the test run are not for us: this system brings its own.
    const env = { ...process.env };
    for (const name of ['KAFKA_BROKERS', 'DATABASE_URL', 'REDIS_URL']) delete env[name];
    this.env = { ...env, CASHLOOP_HOME: this.home, CASHLOOP_PORT_BASE: String(portBase), NODE_OPTIONS: '' };
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.portBase}`;
  }

  get sandboxUrl(): string {
    return `http://127.0.0.1:${this.portBase + 1}`;
  }

  /** Starts everything and waits until it is ready. Rejects with the last output when it ends early. */
  async start(...flags: string[]): Promise<void> {
    const child = spawn(process.execPath, [join(root, 'tools/local/start.ts'), ...flags], {
      cwd: root,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.supervisor = child;
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<never>((_, reject) => {
      child.once('exit', (code) =>
        reject(new Error(`the system ended with ${code} before it was ready:\n${output.slice(-4000)}`)),
      );
    });
    ended.catch(() => undefined);
    await Promise.race([ended, eventually(() => this.ready(), 240_000, 500)]);
  }

  private async ready(): Promise<true> {
    const { phase, parts } = this.status();
    const services = parts.filter((part) => part.url !== null);
    // All parts are up before the sample company is in: ready is what `npm start` calls ready.
    if (phase !== 'ready' || services.length === 0 || parts.some((part) => part.state !== 'ready'))
      throw new Error(JSON.stringify([phase, ...parts.map((part) => [part.name, part.state])]));
    return true;
  }

  status(): { phase: string; parts: PartStatus[]; credentials: { email: string; password: string } } {
    const run = spawnSync(process.execPath, [join(root, 'tools/local/status.ts'), '--json'], {
      cwd: root,
      env: this.env,
      encoding: 'utf8',
    });
    return JSON.parse(run.stdout) as never;
  }

  part(name: string): PartStatus {
    const part = this.status().parts.find((one) => one.name === name);
    if (part === undefined) throw new Error(`no part ${name}`);
    return part;
  }

  /** Environment of one service, as it was started with. */
  serviceEnv(name: string): Record<string, string> {
    const state = JSON.parse(readFileSync(join(this.home, 'state/env.json'), 'utf8')) as {
      services: Record<string, Record<string, string>>;
    };
    return state.services[name] ?? {};
  }

  /** kill -9, as a machine would. */
  kill(name: string): void {
    const { pid } = this.part(name);
    if (pid === null) throw new Error(`${name} does not run`);
    process.kill(pid, 'SIGKILL');
  }

  /** Runs one of the commands; answers its exit status and output. */
  run(script: string, ...args: string[]): { status: number; output: string } {
    const run = spawnSync(process.execPath, [join(root, script), ...args], {
      cwd: root,
      env: this.env,
      encoding: 'utf8',
    });
    return { status: run.status ?? 1, output: run.stdout + run.stderr };
  }

  /** Stops everything and keeps the data. */
  async halt(): Promise<void> {
    const child = this.supervisor;
    if (child !== undefined && child.exitCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      const patience = setTimeout(() => child.kill('SIGKILL'), 60_000);
      await gone;
      clearTimeout(patience);
    }
    this.run('tools/local/stop.ts');
  }

  /** Stops everything and throws the data away. */
  async stop(): Promise<void> {
    await this.halt();
    this.run('tools/local/reset.ts', '--yes');
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Tries until `check` answers something true-ish without throwing; then answers it. */
export async function eventually<T>(
  check: () => Promise<T> | T,
  withinMs = 15_000,
  everyMs = 100,
): Promise<NonNullable<T>> {
  const until = Date.now() + withinMs;
  let last: unknown;
  do {
    try {
      const value = await check();
      if (value) return value as NonNullable<T>;
      last = value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  } while (Date.now() < until);
  throw new Error(
    `did not happen within ${withinMs} ms; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
