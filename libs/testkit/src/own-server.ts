import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A server of one spec's own, which it may take down. */
export interface OwnServer {
  address: string;
  /** Ends it by the signal, leaves it away for so long, and resolves once it answers again with what it held. */
  restart(signal: NodeJS.Signals, awayMs: number): Promise<void>;
  /** For so long it accepts connections and requests, and answers nothing. Resolves once it answers again. */
  freeze(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** The server's keeper ends with its input: whatever becomes of the spec, nothing is left behind. */
export async function ownServer(name: 'kafka' | 'postgres'): Promise<OwnServer> {
  const program = join(import.meta.dirname, `../../../tools/test/own-${name}.ts`);
  const keeper = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  keeper.stdin.on('error', () => undefined); // it ended: the next line that does not come says so
  const gone = once(keeper, 'exit');
  const lines = createInterface({ input: keeper.stdout })[Symbol.asyncIterator]();
  const ready = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the ${name} of this spec ended, its keeper said why`);
    return value.replace('ready ', '');
  };
  const order = async (line: string): Promise<void> => {
    keeper.stdin.write(`${line}\n`);
    await ready();
  };
  return {
    address: await ready(),
    restart: (signal, awayMs) => order(`${signal} ${awayMs}`),
    freeze: (ms) => order(`SIGSTOP ${ms}`),
    close: async () => {
      keeper.stdin.end();
      await gone;
    },
  };
}
