import type { Admin, Kafka } from 'kafkajs';

type Offsets = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

/** One admin connection, made when first needed and made anew when it could not be made or is of no more use. */
export class KafkaAdmin {
  readonly #kafka: Kafka;
  #connecting: Promise<Admin> | undefined;
  /** Whose offsets this connection has told. */
  #told = new Set<string>();

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  get(): Promise<Admin> {
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }

  /**
   * kafkajs asks for every topic a connection was ever asked about, and fails for all when one of them is gone. A new
   * connection does not know that one.
   */
  async offsets(topic: string): Promise<Offsets> {
    const [connecting, told] = [this.get(), this.#told];
    const admin = await connecting;
    try {
      const offsets = await admin.fetchTopicOffsets(topic);
      told.add(topic);
      return offsets;
    } catch (error) {
      if (told.has(topic) && this.#connecting === connecting) {
        this.#forget();
        await admin.disconnect().catch(() => undefined);
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    await (await this.#connecting?.catch(() => undefined))?.disconnect();
  }

  async #connect(): Promise<Admin> {
    const admin = this.#kafka.admin();
    await admin.connect();
    return admin;
  }

  #forget(): void {
    this.#connecting = undefined;
    this.#told = new Set();
  }
}
