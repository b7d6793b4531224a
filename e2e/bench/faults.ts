import type { Servers } from '../drill/servers.ts';
import { Worker } from '../drill/worker.ts';
import { Asker } from './asker.ts';
import { members } from './group.ts';
import { atEnd } from './processes.ts';
import { kernel, kernelGroup } from './sides.ts';
import { waitUntil } from './stage.ts';

const FROZEN_MS = 12_000;
const DOWN_MS = 500;
/** A third member has its partitions for so long before it leaves. */
const VISIT_MS = 3_000;

/** Servers and replicas that are struck. */
export class Field {
  readonly servers: Servers;
  readonly replicas: readonly Worker[];
  readonly #url: string;
  readonly #asker: Asker;

  /** @param urls of the service's login, and of one that sees everybody's sessions */
  constructor(servers: Servers, urls: { url: string; adminUrl: string }) {
    this.servers = servers;
    this.#url = urls.url;
    this.#asker = new Asker(urls.adminUrl);
    this.replicas = [1, 2].map((n) => this.#replica(n));
    atEnd(() => this.#asker.end());
  }

  /** Its sessions have its name, so that the one that leads can be told. */
  #replica(n: number): Worker {
    const name = `kernel-${n}`;
    const env = { KAFKA_BROKERS: this.servers.brokers, KERNEL_DATABASE_URL: `${this.#url}?application_name=${name}` };
    const replica = new Worker(name, kernel.script, env, this.servers.logOf(name));
    atEnd(() => replica.end());
    return replica;
  }

  /** The replica that relays. */
  async leader(): Promise<Worker> {
    let leader: Worker | undefined;
    await waitUntil(
      async () => {
        const [row] = await this.#asker.rows<{ name: string }>(
          `select application_name "name" from pg_locks join pg_stat_activity using (pid)
           where locktype = 'advisory' and granted and datname = current_database()`,
        );
        leader = this.replicas.find(({ name }) => name === row?.name);
        return leader !== undefined;
      },
      60_000,
      'a leader',
    );
    return leader!;
  }

  /** A third replica joins, works and leaves as it should. */
  async visit(): Promise<void> {
    const guest = this.#replica(3);
    await this.#shared(3);
    await new Promise((resolve) => setTimeout(resolve, VISIT_MS));
    await guest.end();
    await this.#shared(2);
  }

  #shared(by: number): Promise<void> {
    return waitUntil(
      async () => (await members([this.servers.brokers], kernelGroup)) === by,
      120_000,
      `a group of ${by}`,
    );
  }
}

interface Fault {
  /** Strikes, and resolves when the fault itself is over. */
  strike: (field: Field, round: number) => Promise<unknown> | void;
  /** Its figure is the longest wait of an event in the outbox, not the longest standstill of a partition. */
  ofRelay?: true;
}

const struck = ({ replicas }: Field, round: number): Worker => replicas[round % replicas.length]!;

export const faults: Record<string, Fault> = {
  kill: { strike: (field, round) => struck(field, round).kill() },
  stop: { strike: (field, round) => struck(field, round).freeze(FROZEN_MS) },
  rebalance: { strike: (field) => field.visit() },
  'leader-kill': { strike: async (field) => (await field.leader()).kill(), ofRelay: true },
  'postgres-restart': { strike: ({ servers }) => servers.restart('postgres', 'SIGINT', DOWN_MS) },
  'postgres-kill': { strike: ({ servers }) => servers.restart('postgres', 'SIGKILL', DOWN_MS) },
  'kafka-restart': { strike: ({ servers }) => servers.restart('kafka', 'SIGINT', DOWN_MS) },
  'kafka-kill': { strike: ({ servers }) => servers.restart('kafka', 'SIGKILL', DOWN_MS) },
};
