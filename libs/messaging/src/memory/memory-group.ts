import { pause } from '../pauses.ts';
import type { MemoryLog } from './memory-log.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What a group asks of its members. */
export interface GroupMember {
  readonly topics: readonly string[];
  /** Fetch no more; resolves when the batches in work are done. */
  revoke(): Promise<void>;
  assign(partitions: readonly TopicPartition[]): void;
  /** Its client gives up. */
  crash(error: Error): void;
}

/** So long a rebalance waits for batches in work. A member whose batch is late gets its share all the same. */
const REBALANCE_MS = 1_000;

/**
 * A consumer group with eager rebalances: every change takes all partitions from all members, waits for the batches in
 * work, and deals anew. A member that was expelled meanwhile goes on with its batch: it is the zombie of this broker.
 */
export class MemoryGroup {
  readonly #log: MemoryLog;
  readonly #members = new Set<GroupMember>();
  #generation = 0;
  /** Why nobody can be a member any more. */
  #over: Error | undefined;

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  get members(): readonly GroupMember[] {
    return [...this.#members];
  }

  join(member: GroupMember): void {
    if (this.#over !== undefined) return member.crash(this.#over);
    this.#members.add(member);
    void this.rebalance();
  }

  leave(member: GroupMember): void {
    if (this.#members.delete(member)) void this.rebalance();
  }

  /** As after a lost session: others get its partitions at once; it joins again when its batches are done. */
  async expel(member: GroupMember): Promise<void> {
    if (!this.#members.delete(member)) return;
    const ended = member.revoke();
    void this.rebalance();
    await ended;
    this.join(member);
  }

  /** The broker is gone, and the group with it. */
  dissolve(error: Error): void {
    this.#over = error;
    const members = this.members;
    this.#members.clear();
    for (const member of members) member.crash(error);
  }

  async rebalance(): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    const revoked = Promise.all(this.members.map((member) => member.revoke()));
    const patience = new AbortController();
    await Promise.race([revoked, pause(REBALANCE_MS, patience.signal)]);
    patience.abort();
    if (generation !== this.#generation) return; // a later rebalance deals
    this.#deal();
  }

  /** Partition after partition to those members in turn that read its topic. */
  #deal(): void {
    const shares = new Map<GroupMember, TopicPartition[]>(this.members.map((member) => [member, []]));
    const topics = [...new Set(this.members.flatMap((member) => member.topics))].sort();
    let turn = 0;
    for (const topic of topics) {
      const readers = this.members.filter((member) => member.topics.includes(topic));
      for (let partition = 0; partition < (this.#log.partitionCount(topic) ?? 0); partition += 1) {
        shares.get(readers[turn++ % readers.length] as GroupMember)?.push({ topic, partition });
      }
    }
    for (const [member, share] of shares) member.assign(share);
  }
}
