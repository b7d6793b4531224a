import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const AGAIN_MS = 300;

/** One process of a service, started again whenever it ends, as an orchestrator would. */
export class Worker {
  readonly name: string;
  private readonly script: string;
  private readonly env: Record<string, string>;
  private readonly log: string;
  private child: ChildProcess | undefined;
  private wanted = true;
  private startedMs = 0;
  private stopped = false;
  /** Ends that nobody asked for: a service must not die of a fault around it. */
  ownEnds = 0;
  private struck = false;

  constructor(name: string, script: string, env: Record<string, string>, log: string) {
    this.name = name;
    this.script = script;
    this.env = env;
    this.log = log;
    this.start();
  }

  /** Runs for at least so long, and is not stopped. */
  hasRun(ms: number): boolean {
    return (
      this.child?.exitCode === null &&
      this.child.signalCode === null &&
      !this.stopped &&
      Date.now() - this.startedMs > ms
    );
  }

  private start(): void {
    const out = openSync(this.log, 'a');
    const child = spawn(process.execPath, [join(root, this.script)], {
      cwd: root,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', out, out],
    });
    closeSync(out);
    this.child = child;
    this.startedMs = Date.now();
    child.once('exit', () => {
      if (!this.struck && this.wanted) this.ownEnds += 1;
      this.struck = false;
      if (this.wanted) setTimeout(() => this.wanted && this.start(), AGAIN_MS);
    });
  }

  kill(): void {
    this.struck = true;
    this.child?.kill('SIGKILL');
  }

  /** Stands still for so long, as a machine that hangs; what it held stays held. */
  freeze(ms: number): Promise<void> {
    return this.freezeWhile(() => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  async freezeWhile(work: () => Promise<void>): Promise<void> {
    this.stopped = true;
    const child = this.child;
    child?.kill('SIGSTOP');
    try {
      await work();
    } finally {
      child?.kill('SIGCONT');
      this.stopped = false;
    }
  }

  async end(): Promise<void> {
    this.wanted = false;
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await gone;
    clearTimeout(hard);
  }
}
