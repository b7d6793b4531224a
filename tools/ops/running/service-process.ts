// A service as its own process, compiled, for specs of what an operator does to a running one.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../local/folders.ts';

export class ServiceProcess {
  readonly #file: string;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  /** The last it said: what to read when a test waits in vain. */
  #said = '';

  constructor(service: string, env: Record<string, string>) {
    this.#file = join(root, 'services', service, 'dist', 'main.js');
    this.#env = env;
  }

  start(): void {
    const env = { ...process.env, ...this.#env, NODE_OPTIONS: '' };
    const child = spawn(process.execPath, [this.#file], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.#said = (this.#said + chunk.toString()).slice(-4_000)));
  }

  get pid(): number | undefined {
    return this.#runs() ? this.#child?.pid : undefined;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.#runs()) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await gone;
    clearTimeout(hard);
  }

  /** Waits for something that comes true by itself while the service runs. */
  async until(what: string, condition: () => Promise<boolean>, waitMs = 60_000): Promise<void> {
    const deadline = Date.now() + waitMs;
    while (!(await condition())) {
      const fault = this.#runs() ? undefined : 'the service ended';
      if (fault !== undefined || Date.now() > deadline)
        throw new Error(`${fault ?? `after ${waitMs / 1000} s still not`}: ${what}\n${this.#said}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  #runs(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }
}
