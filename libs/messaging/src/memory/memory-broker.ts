import type { Broker, BrokerMessage } from '../broker.ts';
import { pause } from '../pauses.ts';
import { MemoryGroup } from './memory-group.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryMember } from './memory-member.ts';

const refused = (): Error =>
  Object.assign(new Error('connect ECONNREFUSED: the broker in memory is away'), { code: 'ECONNREFUSED' });

/** No client waits longer than so long for an answer. */
const REQUEST_MS = 1_000;

const unanswered = (): Error =>
  Object.assign(new Error(`the broker in memory did not answer for ${REQUEST_MS} ms`), { code: 'ETIMEDOUT' });

/** A whole broker in memory: its log and its groups. Several clients, as of several processes, share one. */
export class MemoryCluster {
  readonly log: MemoryLog;
  readonly #groups = new Map<string, MemoryGroup>();
  #away = false;
  /** Ends when it answers again. */
  #frozen: PromiseWithResolvers<void> | undefined;

  constructor(now?: () => number) {
    this.log = new MemoryLog(now);
  }

  group(name: string): MemoryGroup {
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = new MemoryGroup(this.log)));
    return group;
  }

  /** Dies: every client loses it, and it forgets its groups. What it holds stays. */
  stop(): void {
    this.#away = true;
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    for (const group of groups) group.dissolve(refused());
  }

  start(): void {
    this.#away = false;
  }

  /** From now on it accepts everything and answers nothing. */
  freeze(): void {
    this.#frozen ??= Promise.withResolvers();
  }

  /** It finds what was sent meanwhile. To it all members were silent for long: so they lose their partitions. */
  thaw(): void {
    this.#frozen?.resolve();
    this.#frozen = undefined;
    for (const group of this.#groups.values()) for (const member of group.members) void group.expel(member);
  }

  async #asked<T>(act: () => T): Promise<T> {
    if (this.#frozen !== undefined) await patiently(this.#frozen.promise);
    this.#reached();
    return act();
  }

  /** It takes records also when nobody waits for the answer any more. */
  async #send(messages: readonly BrokerMessage[]): Promise<void> {
    if (this.#frozen === undefined) return this.#take(messages);
    await patiently(this.#frozen.promise.then(() => this.#take(messages)));
  }

  #reached(): void {
    if (this.#away) throw refused();
  }

  /** It may die between any two messages, and before it says that it has them. */
  #take(messages: readonly BrokerMessage[]): void {
    for (const message of messages) {
      this.#reached();
      this.log.append(message);
    }
    this.#reached();
  }

  /** One more client. */
  client(): Broker {
    const members = new Set<MemoryMember>();
    return {
      producer: () => this.#asked(() => ({ send: (messages) => this.#send(messages), close: async () => undefined })),
      consumer: (spec) =>
        this.#asked(() => {
          for (const topic of spec.topics) this.log.offsets(topic); // throws when it is not there, as a broker does
          const group = this.group(spec.group);
          const member = new MemoryMember(this.log, group, spec, () => this.#frozen !== undefined);
          members.add(member);
          group.join(member);
          return member;
        }),
      partitionCounts: (topics) =>
        this.#asked(() => {
          const counts = topics.map((topic) => [topic, this.log.partitionCount(topic)] as const);
          return new Map(counts.filter((count): count is readonly [string, number] => count[1] !== undefined));
        }),
      createTopics: (topics) =>
        this.#asked(() => {
          for (const { name, partitions } of topics) this.log.create(name, partitions);
        }),
      offsets: (topic) => this.#asked(() => this.log.offsets(topic)),
      close: async () => {
        for (const member of members) await member.close();
      },
    };
  }
}

async function patiently(answer: Promise<void>): Promise<void> {
  const over = new AbortController();
  const patience = pause(REQUEST_MS, over.signal).then(() => {
    if (!over.signal.aborted) throw unanswered();
  });
  try {
    await Promise.race([answer, patience]);
  } finally {
    over.abort();
  }
}
