import type { BrokerConsumer, ConsumerSpec, FetchedBatch, PartitionControl } from '@cashloop/messaging';
import type { BrokerClient } from './broker-client.ts';
import type { MemberLink, Share } from './broker-server.ts';
import { type Cursor, Lease } from './lease.ts';

type Fetched = { readonly from: bigint; readonly records: FetchedBatch['records']; readonly end: bigint };

const BATCH_MAX = 6;
const GAPS_MAX = 2;

/** A member of a consumer group, in its process: reads what it was dealt, from the first record, as our Kafka client does. */
export class Member implements BrokerConsumer {
  readonly #client: BrokerClient;
  readonly #spec: ConsumerSpec;
  readonly #link: MemberLink;
  #lease: Lease | undefined;
  #generation = 0;
  #closed = false;
  #gaps = 0;

  constructor(client: BrokerClient, spec: ConsumerSpec) {
    this.#client = client;
    this.#spec = spec;
    this.#link = {
      owner: client.owner,
      topics: spec.topics,
      assign: (shares, generation) => client.toProcess(() => void this.#assigned(shares, generation)),
      expelled: () => client.toProcess(() => void this.#rejoin()),
    };
  }

  join(): void {
    this.#client.toServer(() => !this.#closed && this.#client.server.join(this.#spec.group, this.#link));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#lease?.end();
    this.#client.toServer(() => this.#client.server.leave(this.#spec.group, this.#link));
  }

  /** The client gives up, as after errors it cannot repeat. */
  crash(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#lease?.end();
    this.#client.toServer(() => this.#client.server.leave(this.#spec.group, this.#link));
    this.#spec.onCrash(new Error('consumer gave up'));
  }

  async #rejoin(): Promise<void> {
    await this.#lease?.end();
    this.join();
  }

  /** A batch in work ends first; other members do not wait for it. */
  async #assigned(shares: readonly Share[], generation: number): Promise<void> {
    if (generation <= this.#generation) return; // messages overtook each other: the later deal counts
    this.#generation = generation;
    await this.#lease?.end();
    if (this.#closed || generation !== this.#generation) return;
    const lease = new Lease(this.#spec.partitionsAtOnce);
    this.#lease = lease;
    this.#spec.onAssigned(shares);
    for (const share of shares) lease.add(share, (cursor) => this.#read(lease, cursor));
  }

  async #read(lease: Lease, cursor: Cursor): Promise<void> {
    while (!lease.over) {
      if (cursor.paused) await cursor.changed();
      else await this.#step(lease, cursor);
    }
  }

  async #step(lease: Lease, cursor: Cursor): Promise<void> {
    const fetched = await this.#fetch(cursor);
    if (fetched === undefined || lease.over || cursor.paused) return;
    const { seeks } = cursor;
    const stale = (): boolean => lease.over || cursor.seeks !== seeks;
    await lease.slots.run(async () => {
      if (stale() || cursor.paused) return;
      const batch = this.#batch(cursor, fetched);
      cursor.position = fetched.from;
      const control = this.#control(cursor, stale);
      const { server, owner, strikes, scheduler } = this.#client;
      server.trace.say(owner.name, () => `gets ${placeOf(batch)}`);
      if (strikes.take('expel', owner.name) !== undefined) scheduler.after(0, undefined, () => server.expel(owner));
      await this.#spec.onBatch(batch, control);
      if (stale() || this.#client.strikes.take('batch_again', placeOf(batch)) === undefined) return;
      const again = batch.records.slice(this.#client.scheduler.draws.of('again').below(batch.records.length));
      await this.#spec.onBatch({ ...batch, records: again, fetchedFrom: again[0]?.offset ?? 0n }, control);
    });
  }

  /** Undefined when the wait was ended by a seek, a pause or the end of the lease. */
  #fetch(cursor: Cursor): Promise<Fetched | undefined> {
    return new Promise((resolve) => {
      let drop = (): void => undefined;
      let over = false;
      const { position } = cursor;
      void cursor.changed().then(() => {
        over = true;
        drop();
        resolve(undefined);
      });
      this.#client.toServer(() => {
        if (over) return;
        drop = this.#client.server.fetch(cursor, position, (fetched) => this.#client.toProcess(() => resolve(fetched)));
      });
    });
  }

  /** Batches end anywhere, and one may begin above what was asked for, as when a seek comes too late. */
  #batch({ topic, partition }: Cursor, { from, records, end }: Fetched): FetchedBatch {
    const draws = this.#client.scheduler.draws.of(`borders ${topic}`);
    let some = records.slice(0, 1 + draws.below(BATCH_MAX));
    let fetchedFrom = from;
    if (records.length > 1 && this.#gaps < GAPS_MAX) {
      if (this.#client.strikes.take('batch_gap', `${topic}/${partition}`) !== undefined) {
        this.#gaps += 1;
        some = records.slice(1 + draws.below(records.length - 1));
        fetchedFrom = some[0]?.offset ?? from;
      }
    }
    return { topic, partition, fetchedFrom, records: some, end };
  }

  #control(cursor: Cursor, stale: () => boolean): PartitionControl {
    return {
      done: (offset) => {
        if (!stale() && offset >= cursor.position) cursor.position = offset + 1n;
      },
      seek: (offset) => cursor.seek(offset),
      pause: (ms) => {
        cursor.pause();
        if (ms !== undefined) setTimeout(() => cursor.resume(), ms).unref();
      },
      resume: () => cursor.resume(),
      owned: () => !this.#closed && !stale(),
    };
  }
}

const placeOf = ({ topic, partition, records }: FetchedBatch): string =>
  `${topic}/${partition} ${records[0]?.offset}..${records.at(-1)?.offset}`;
