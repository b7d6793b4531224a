// A Postgres of one spec's own; own-server.ts says what it prints and obeys. SIGINT is what a restart sends it: sessions
// end at once, what is committed is kept. SIGKILL is a crash: the next one recovers.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { adminName } from '../local/admin-name.ts';
import { host } from '../local/ports.ts';
import { outsideFolderOf } from '../local/postgres-user.ts';
import { postgresAnswers, preparePostgres } from '../local/postgres.ts';
import { keep, type Prepared } from './own-server.ts';

const settings = {
  // A crash of Postgres loses nothing that the system has: no test cuts the power.
  fsync: 'off',
  full_page_writes: 'off',
  // In its folder: what it shares in memory is gone with it, whatever it died of.
  dynamic_shared_memory_type: 'mmap',
};

async function prepare(folder: string, base: number): Promise<Prepared> {
  const [password, port] = ['test', base + 22];
  const log = join(folder, 'postgres.log');
  const command = await preparePostgres({ home: folder, data: join(folder, 'data'), log, port, password, settings });
  return { command, address: `postgres://${adminName}:${password}@${host}:${port}/postgres` };
}

/** Where its user cannot walk through the folder for temporary files, it lives elsewhere. */
function tidy(folder: string): void {
  const outside = outsideFolderOf(folder);
  if (outside !== undefined) rmSync(outside, { recursive: true, force: true });
}

// SIGQUIT and no SIGKILL: it then gives back the memory it shares.
keep({ name: 'Postgres', prepare, answers: postgresAnswers, last: 'SIGQUIT', tidy });
