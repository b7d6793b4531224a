import pg from 'pg';
import type { Logger } from '../logger.ts';
import { metrics } from '../metrics.ts';
import { pause } from '../pauses.ts';

export interface LeadershipSpec {
  readonly url: string;
  readonly service: string;
  readonly log: Logger;
  /** Called with every notification that some replica left events in the outbox. */
  readonly onWake: () => void;
}

export const WAKE_CHANNEL = 'cashloop_outbox';

const PING_MS = 1_000;
/** Postgres ends the session of a leader that says nothing for so long, which frees the lock. */
const SILENCE_MS = 4_000;
const LOCK = `hashtext('cashloop:leader')`;
/** Of this session, and of those that begin now: by login and database, of which the most particular counts. */
const PING = `select current_setting('synchronous_commit') <> 'off' and not exists (select from (
    select setting from pg_db_role_setting, unnest(setconfig) as setting
    where setting like 'synchronous\\_commit=%' and setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and setrole in (0, (select oid from pg_roles where rolname = current_user))
    order by setrole <> 0 desc, setdatabase <> 0 desc limit 1) as newest
  where setting ~* '=(off|false|no|0)$') as waits`;

/**
 * One process per service leads: it relays and runs the schedules. The lock belongs to the session of a connection of
 * its own that is pinged. When the holder dies, hangs or is stopped, the server ends the silent session by itself and
 * the next process has the lock within seconds; nobody has to notice anything.
 */
export class Leadership {
  readonly #spec: LeadershipSpec;
  readonly #ending = new AbortController();
  #client: pg.Client | undefined;
  /** When the last answered ping was sent, by the clock that only goes forward: the other one jumps. */
  #answeredMs = 0;
  #running: Promise<void> | undefined;
  #gained: (() => void)[] = [];
  /** Whether anybody leads, as far as this process knows: it does, or it saw the lock taken. */
  role: 'leader' | 'follower' | 'starting' = 'starting';
  /**
   * Whether commits wait for the disk, as each ping of a leader found it. Once they did not, sessions of this process that
   * began meanwhile go on not to wait, whatever the setting is later: only a new process begins without them.
   */
  commitsWait = true;

  constructor(spec: LeadershipSpec) {
    this.#spec = spec;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** The leader's connection, or undefined. A process that was stopped and wakes up sees at once that it no longer leads. */
  get client(): pg.Client | undefined {
    return this.role === 'leader' && performance.now() - this.#answeredMs < SILENCE_MS ? this.#client : undefined;
  }

  /** Resolves when this process leads, or when the signal ends the wait. */
  async gained(signal: AbortSignal): Promise<void> {
    if (this.client !== undefined || signal.aborted) return;
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.#gained.push(resolve);
    });
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        await this.#hold(await this.#connect(), signal);
      } catch (error) {
        if (!signal.aborted) this.#spec.log.warn({ err: error }, 'leader connection lost, connecting again');
      }
      this.#leave();
      await pause(500, signal);
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#spec.url,
      application_name: `${this.#spec.service} leader`,
      connectionTimeoutMillis: 5_000,
      query_timeout: 20_000,
      statement_timeout: 15_000,
      keepAlive: true,
      pipeline: true,
      options: `-c idle_session_timeout=${SILENCE_MS} -c tcp_user_timeout=${SILENCE_MS}`,
    } as pg.ClientConfig);
    client.on('error', () => undefined); // shows as the next ping's rejection
    client.on('notification', () => this.#spec.onWake());
    this.#client = client;
    await client.connect();
    return client;
  }

  async #hold(client: pg.Client, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const askedMs = performance.now();
      if (this.role === 'leader') await this.#ping(client);
      else if (await tryLock(client)) await this.#lead(client);
      else this.role = 'follower';
      this.#answeredMs = askedMs;
      if (this.role === 'leader') this.#tell();
      await pause(PING_MS, signal);
    }
  }

  async #lead(client: pg.Client): Promise<void> {
    await client.query(`listen ${WAKE_CHANNEL}`);
    await this.#ping(client);
    this.role = 'leader';
    metrics.relayLeader.set(1);
    this.#spec.log.info({}, 'this process leads: it relays and runs the schedules');
  }

  async #ping(client: pg.Client): Promise<void> {
    const waits = await pinged(client);
    this.commitsWait &&= waits;
  }

  #leave(): void {
    this.role = 'starting';
    metrics.relayLeader.set(0);
    this.#client?.end().catch(() => undefined);
    this.#client = undefined;
  }

  #tell(): void {
    for (const resolve of this.#gained.splice(0)) resolve();
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${LOCK}) as got`);
  return rows[0]?.got === true;
}

async function pinged(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ waits: boolean }>(PING);
  return rows[0]?.waits === true;
}
