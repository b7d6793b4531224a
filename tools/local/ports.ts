import { createServer, connect } from 'node:net';

export const host = '127.0.0.1';

/** True when we could listen there. Asks by listening: a refused connection does not prove that a port is free. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(true)));
  });
}

/** True when somebody answers there. */
export function portAnswers(port: number, at: string = host, limitMs = 1_000): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: at, timeout: limitMs });
    const end = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** The first base from `from` on, in steps, at which every offset is free. */
export async function freeBase(from: number, offsets: readonly number[], step = 100, tries = 40): Promise<number> {
  for (let base = from; base < from + step * tries; base += step) {
    const free = await Promise.all(offsets.map((offset) => portIsFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`no free range of ports between ${from} and ${from + step * tries}`);
}
