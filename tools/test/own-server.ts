// Keeps a server of one spec's own, which the spec may take down: the shared ones must never be restarted.
// Prints "ready ADDRESS" once it answers. A line on its input takes it away for so many ms, then it is "ready" again:
//   SIGKILL 1000   ends it by that signal, and brings it back on the same folder and port
//   SIGSTOP 8000   stops all its processes, so that it accepts and never answers, then lets them go on
// It ends with its input, so that a spec that dies leaves nothing behind.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOnSignals } from '../local/end-on-signals.ts';
import { isAlive, type ProcessIdentity } from '../local/identity.ts';
import { tail } from '../local/logs-on-disk.ts';
import { freeBase, host } from '../local/ports.ts';
import { launch, stopProcess, type Command, type Running } from '../local/processes.ts';
import { until } from '../local/waiting.ts';
import { familyOf } from './family.ts';

export interface OwnServer {
  readonly name: string;
  /** Makes its files in the folder. Ports from base + 20 to base + 22 are its own. */
  prepare(folder: string, base: number): Promise<Prepared>;
  answers(address: string): Promise<boolean>;
  /** Ends it at once: its data is worth nothing. */
  readonly last: NodeJS.Signals;
  /** Removes what it made outside of its folder. */
  tidy?(folder: string): void;
}

export interface Prepared {
  readonly command: Command;
  /** What a spec needs to reach it. */
  readonly address: string;
}

export function keep(server: OwnServer): void {
  const keeper = new Keeper(server);
  endOnSignals(() => keeper.end());
  void keeper.run();
}

class Keeper {
  readonly #server: OwnServer;
  readonly #folder: string;
  #prepared: Prepared | undefined;
  #launching: Promise<Running> | undefined;
  #ending: Promise<void> | undefined;

  constructor(server: OwnServer) {
    this.#server = server;
    this.#folder = mkdtempSync(join(tmpdir(), `cashloop-${server.name.toLowerCase()}-`));
    chmodSync(this.#folder, 0o711); // a server that runs as another user has to walk through
  }

  async run(): Promise<void> {
    const lines = createInterface({ input: process.stdin });
    lines.once('close', () => void this.end().finally(() => process.exit()));
    let work = this.#start().catch((error: unknown) => this.#failed(error));
    lines.on('line', (line) => {
      work = work.then(() => this.#obey(line)).catch((error: unknown) => this.#failed(error));
    });
    await work;
  }

  /** Also one that is just being started. */
  end(): Promise<void> {
    this.#ending ??= this.#takeDown(this.#server.last)
      .catch(() => undefined)
      .finally(() => {
        this.#server.tidy?.(this.#folder);
        rmSync(this.#folder, { recursive: true, force: true });
      });
    return this.#ending;
  }

  async #start(): Promise<void> {
    this.#prepared = await this.#server.prepare(this.#folder, await claimedBase());
    await this.#bring();
  }

  async #obey(line: string): Promise<void> {
    const [signal, ms] = line.split(' ');
    if (signal === 'SIGSTOP') return this.#freeze(Number(ms));
    await this.#takeDown(signal as NodeJS.Signals);
    await sleep(Number(ms));
    await this.#bring();
  }

  async #bring(): Promise<void> {
    if (this.#ending !== undefined || this.#prepared === undefined) return;
    this.#launching = launch(this.#prepared.command);
    await this.#answers();
  }

  async #answers(): Promise<void> {
    const { address, command } = this.#prepared as Prepared;
    const running = await this.#launching;
    try {
      await until(() => this.#server.answers(address), { limitMs: 120_000, brokenOff: () => running?.ended() });
    } catch (error) {
      const words = tail(command.log, 20).join('\n');
      throw new Error(`${this.#server.name} does not answer:\n${words}`, { cause: error });
    }
    process.stdout.write(`ready ${address}\n`);
  }

  /** Its first process first: it makes no others then. */
  async #freeze(ms: number): Promise<void> {
    const running = await this.#launching;
    if (running === undefined) return;
    send(running.identity, 'SIGSTOP');
    const family = familyOf(running.identity);
    for (const one of family) send(one, 'SIGSTOP');
    await sleep(ms);
    for (const one of family) send(one, 'SIGCONT');
    await this.#answers();
  }

  /** Whom it leaves behind notices that by itself; the next one could not start beside them. */
  async #takeDown(signal: NodeJS.Signals): Promise<void> {
    const running = await this.#launching;
    if (running === undefined) return;
    const family = familyOf(running.identity);
    for (const one of family) send(one, 'SIGCONT');
    await stopProcess(running.identity, { first: signal, limitMs: 60_000 });
    await until(async () => !family.some(isAlive), { limitMs: 10_000 }).catch(() => {
      for (const one of family) send(one, 'SIGKILL');
    });
  }

  async #failed(error: unknown): Promise<void> {
    if (this.#ending === undefined) console.error(error);
    await this.end();
    process.exit(1);
  }
}

function send(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    if (isAlive(identity)) process.kill(identity.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

/**
 * Below the ports that systems give to outgoing connections, and ours for as long as this process lives: the first one we
 * hold ourselves, so that no other keeper takes the server's own while it is away.
 */
async function claimedBase(): Promise<number> {
  for (;;) {
    const base = await freeBase(23_080, [0, 20, 21, 22]);
    if (await held(base)) return base;
  }
}

const held = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const hold = createServer();
    hold.once('error', () => done(false));
    hold.listen({ port, host, exclusive: true }, () => done(true));
  });
