import pg from 'pg';

/** Asks a database again and again which may be away for a while. */
export class Asker {
  readonly #url: string;
  #client: pg.Client | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** Nothing while the server is away. */
  async rows<R extends object>(sql: string): Promise<R[]> {
    try {
      this.#client ??= await this.#connected();
      return (await this.#client.query<R>(sql)).rows;
    } catch {
      await this.end();
      return [];
    }
  }

  async end(): Promise<void> {
    await this.#client?.end().catch(() => undefined);
    this.#client = undefined;
  }

  async #connected(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#url, connectionTimeoutMillis: 2_000, query_timeout: 5_000 });
    client.on('error', () => undefined); // shows as the next question's rejection
    await client.connect();
    return client;
  }
}
