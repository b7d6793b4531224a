import type { Broker } from '../broker.ts';
import { MemoryGroup } from './memory-group.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryMember } from './memory-member.ts';

/** A whole broker in memory: its log and its groups. Several clients, as of several processes, share one. */
export class MemoryCluster {
  readonly log: MemoryLog;
  readonly #groups = new Map<string, MemoryGroup>();

  constructor(now?: () => number) {
    this.log = new MemoryLog(now);
  }

  group(name: string): MemoryGroup {
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = new MemoryGroup(this.log)));
    return group;
  }

  /** One more client. */
  client(): Broker {
    const members = new Set<MemoryMember>();
    return {
      producer: async () => ({
        send: async (messages) => {
          for (const message of messages) this.log.append(message);
        },
        close: async () => undefined,
      }),
      consumer: async (spec) => {
        for (const topic of spec.topics) this.log.offsets(topic); // throws when it is not there, as a broker does
        const group = this.group(spec.group);
        const member = new MemoryMember(this.log, group, spec);
        members.add(member);
        group.join(member);
        return member;
      },
      partitionCounts: async (topics) =>
        new Map(
          topics.flatMap((topic) => {
            const count = this.log.partitionCount(topic);
            return count === undefined ? [] : [[topic, count] as const];
          }),
        ),
      createTopics: async (topics) => {
        for (const { name, partitions } of topics) this.log.create(name, partitions);
      },
      offsets: async (topic) => this.log.offsets(topic),
      close: async () => {
        for (const member of members) await member.close();
      },
    };
  }
}
