import {
  type BaseOptions,
  type ClusterMetadata,
  Consumer,
  type FetchOptions,
  ListOffsetTimestamps,
  protocolErrors,
} from '@platformatic/kafka';
import type { Place } from './place.ts';

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;
/** What the broker said of one partition. */
export type Answer = FetchResponse['responses'][number]['partitions'][number];

const PARTITION_BYTES_MAX = 1_048_576;
/** Bounds memory at any lag. */
const BYTES_MAX = 8_388_608;

export interface Fetched {
  readonly place: Place;
  readonly answer: Answer;
}

/** Its topic is not the one it read before. */
export class MadeAnew extends Error {}

/** Fetches on a connection of its own: a heartbeat must not wait behind a fetch that waits for records. */
export class Fetcher {
  readonly #client: Consumer;
  readonly #prefix: string;
  readonly #topics: string[];
  readonly #ids = new Map<string, string>();

  constructor(client: BaseOptions, prefix: string, topics: string[]) {
    // It never joins this group. What fails is repeated by `Reading`.
    this.#client = new Consumer({ ...client, groupId: 'none', retries: 0 });
    this.#client.topics.trackAll(...topics);
    this.#prefix = prefix;
    this.#topics = topics;
  }

  /** Also what came with an error elsewhere; such an error is told by `failed`. */
  async fetch(places: readonly Place[], waitMs: number, failed: (error: Error) => void): Promise<Fetched[]> {
    const metadata = await this.#metadata();
    const byLeader = Map.groupBy(places, (place) => this.#leaderOf(metadata, place));
    const answers = [...byLeader].map(async ([node, some]): Promise<Fetched[]> => {
      const topics = this.#asked(metadata, some);
      const options = { node, topics, maxWaitTime: waitMs, minBytes: 1, maxBytes: BYTES_MAX };
      const response = await this.#client.fetch(options).catch((error: Error & { response?: FetchResponse }) => {
        if (error.response === undefined) throw error;
        failed(error);
        return error.response;
      });
      return this.#answered(metadata, some, response);
    });
    return (await Promise.all(answers)).flat();
  }

  /** The first offset that the broker still has. */
  async first({ topic, partition }: Place): Promise<bigint> {
    const name = this.#prefix + topic;
    const asked = { topics: [name], partitions: { [name]: [partition] }, timestamp: ListOffsetTimestamps.EARLIEST };
    return (await this.#client.listOffsets(asked)).get(name)?.[partition] as bigint;
  }

  /** The next fetch asks who leads. */
  forget(): void {
    this.#client.clearMetadata();
  }

  close(): Promise<void> {
    return this.#client.close(true);
  }

  async #metadata(): Promise<ClusterMetadata> {
    const metadata = await this.#client.metadata({ topics: [...this.#topics] });
    for (const [topic, { id }] of metadata.topics) {
      if ((this.#ids.get(topic) ?? id) !== id) throw new MadeAnew(`topic ${topic} was made anew`);
      this.#ids.set(topic, id);
    }
    return metadata;
  }

  #leaderOf({ topics }: ClusterMetadata, { topic, partition }: Place): number {
    const leader = topics.get(this.#prefix + topic)?.partitions[partition]?.leader ?? -1;
    if (leader < 0) throw new Error(`partition ${partition} of ${topic} has no leader`);
    return leader;
  }

  #asked(
    { topics }: ClusterMetadata,
    places: readonly Place[],
  ): FetchOptions<Buffer, Buffer, Buffer, Buffer>['topics'] {
    return [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, some]) => ({
      topicId: topics.get(this.#prefix + topic)?.id as string,
      partitions: some.map(({ partition, at }) => ({
        partition,
        fetchOffset: at,
        partitionMaxBytes: PARTITION_BYTES_MAX,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
      })),
    }));
  }

  #answered({ topics }: ClusterMetadata, places: readonly Place[], { responses }: FetchResponse): Fetched[] {
    return responses.flatMap(({ topicId, partitions }) =>
      partitions.flatMap((answer): Fetched[] => {
        const isIts = ({ topic, partition }: Place): boolean =>
          topics.get(this.#prefix + topic)?.id === topicId && partition === answer.partitionIndex;
        const place = places.find(isIts);
        return place === undefined ? [] : [{ place, answer }];
      }),
    );
  }
}

export const isOutOfRange = ({ errorCode }: Answer): boolean => errorCode === protocolErrors.OFFSET_OUT_OF_RANGE?.code;
