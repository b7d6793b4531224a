import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A broker of one spec's own, which it may take down. It takes seconds and 400 MB: for specs of just that. */
export interface OwnBroker {
  brokers: string[];
  /** Ends it by the signal, leaves it away for so long, and resolves once it answers again with what it held. */
  restart(signal: 'SIGKILL' | 'SIGTERM', awayMs: number): Promise<void>;
  close(): Promise<void>;
}

/** The broker's keeper ends with its input: whatever becomes of the spec, nothing is left behind. */
export async function ownBroker(): Promise<OwnBroker> {
  const program = join(import.meta.dirname, '../../../tools/test/own-kafka.ts');
  const keeper = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  keeper.stdin.on('error', () => undefined); // it ended: the next line that does not come says so
  const gone = once(keeper, 'exit');
  const lines = createInterface({ input: keeper.stdout })[Symbol.asyncIterator]();
  const ready = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the broker of this spec ended, its keeper said why');
    return value.replace('ready ', '');
  };
  return {
    brokers: [await ready()],
    restart: async (signal, awayMs) => {
      keeper.stdin.write(`${signal} ${awayMs}\n`);
      await ready();
    },
    close: async () => {
      keeper.stdin.end();
      await gone;
    },
  };
}
