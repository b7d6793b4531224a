import { type ClientSpec, SimulatedClient } from './client.ts';

const POOL_SIZE = 10;

/** What TransactionRunner and Notifier need of TypeORM's DataSource: a pool of connections of one process. */
export class SimulatedDataSource {
  readonly #spec: ClientSpec;
  readonly #idle: SimulatedClient[] = [];
  readonly #waiting: (() => void)[] = [];
  #lent = 0;
  /** All connections of the process, the leader's too: they break when it dies. */
  readonly clients: SimulatedClient[] = [];

  constructor(spec: ClientSpec) {
    this.#spec = spec;
  }

  createQueryRunner(): { connect(): Promise<SimulatedClient>; release(): Promise<void>; manager: undefined } {
    let client: SimulatedClient | undefined;
    return {
      connect: async () => (client ??= await this.#lend()),
      release: async () => this.#giveBack(client),
      manager: undefined,
    };
  }

  async query(text: string): Promise<unknown> {
    const client = await this.#lend();
    try {
      return ((await client.query(text)) as { rows: unknown }).rows;
    } finally {
      this.#giveBack(client);
    }
  }

  open(idleMs?: number): SimulatedClient {
    const client = new SimulatedClient({ ...this.#spec, idleMs });
    this.clients.push(client);
    return client;
  }

  async #lend(): Promise<SimulatedClient> {
    if (this.#lent >= POOL_SIZE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#lent += 1;
    for (let client = this.#idle.pop(); client !== undefined; client = this.#idle.pop()) {
      if (!client.broken) return client;
    }
    try {
      const client = this.open();
      await client.connect();
      return client;
    } catch (error) {
      this.#giveBack(undefined);
      throw error;
    }
  }

  #giveBack(client: SimulatedClient | undefined): void {
    if (client === undefined && this.#lent === 0) return;
    this.#lent -= 1;
    if (client !== undefined && !client.broken) this.#idle.push(client);
    this.#waiting.shift()?.();
  }
}
