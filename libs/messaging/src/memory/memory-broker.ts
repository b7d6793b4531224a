import type { Broker, BrokerMessage } from '../broker.ts';
import { MemoryGroup } from './memory-group.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryMember } from './memory-member.ts';

const refused = (): Error =>
  Object.assign(new Error('connect ECONNREFUSED: the broker in memory is away'), { code: 'ECONNREFUSED' });

/** A whole broker in memory: its log and its groups. Several clients, as of several processes, share one. */
export class MemoryCluster {
  readonly log: MemoryLog;
  readonly #groups = new Map<string, MemoryGroup>();
  #away = false;

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
      producer: async () => {
        this.#reached();
        return { send: async (messages) => this.#take(messages), close: async () => undefined };
      },
      consumer: async (spec) => {
        this.#reached();
        for (const topic of spec.topics) this.log.offsets(topic); // throws when it is not there, as a broker does
        const group = this.group(spec.group);
        const member = new MemoryMember(this.log, group, spec);
        members.add(member);
        group.join(member);
        return member;
      },
      partitionCounts: async (topics) => {
        this.#reached();
        const counts = topics.map((topic) => [topic, this.log.partitionCount(topic)] as const);
        return new Map(counts.filter((count): count is readonly [string, number] => count[1] !== undefined));
      },
      createTopics: async (topics) => {
        this.#reached();
        for (const { name, partitions } of topics) this.log.create(name, partitions);
      },
      offsets: async (topic) => {
        this.#reached();
        return this.log.offsets(topic);
      },
      close: async () => {
        for (const member of members) await member.close();
      },
    };
  }
}
