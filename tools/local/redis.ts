import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { host } from './ports.ts';
import type { Command } from './processes.ts';

export interface RedisPlan {
  program: string;
  folder: string;
  log: string;
  port: number;
  password?: string;
}

/** Redis holds only what may be lost, so it writes nothing to disk and drops the oldest when full. */
export function prepareRedis(plan: RedisPlan): Command {
  mkdirSync(plan.folder, { recursive: true, mode: 0o700 });
  const lines = [
    `port ${plan.port}`,
    `bind ${host}`,
    'save ""',
    'appendonly no',
    'daemonize no',
    'maxmemory 128mb',
    'maxmemory-policy allkeys-lru',
    ...(plan.password === undefined ? [] : [`requirepass ${plan.password}`]),
  ];
  // In a file: arguments of a program can be read by everybody on the machine.
  const file = join(plan.folder, 'redis.conf');
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return { command: plan.program, args: ['./redis.conf'], cwd: plan.folder, env: process.env, log: plan.log };
}

/** Asks PING, with the password of the address if it has one. */
export function redisAnswers(address: string, limitMs = 2_000): Promise<boolean> {
  const url = new URL(address);
  return new Promise((done) => {
    const socket = connect({ host: url.hostname, port: Number(url.port === '' ? 6379 : url.port), timeout: limitMs });
    const end = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('utf8');
      if (text.includes('+PONG')) end(true);
      else if (text.includes('-')) end(false);
    });
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => done(false));
    const user = url.username === '' ? '' : `${decodeURIComponent(url.username)} `;
    const auth = url.password === '' ? '' : `AUTH ${user}${decodeURIComponent(url.password)}\r\n`;
    socket.write(`${auth}PING\r\n`);
  });
}
