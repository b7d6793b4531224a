import type { BrokerMessage } from '@cashloop/messaging';
import { MemoryLog } from '@cashloop/messaging/memory';
import type { Owner, Scheduler } from '../clock/scheduler.ts';
import type { Trace } from '../trace.ts';
import { eventId, Refusals } from './refusals.ts';

export interface Share {
  readonly topic: string;
  readonly partition: number;
}

/** What the broker knows of a member, and how it reaches it. */
export interface MemberLink {
  readonly owner: Owner;
  readonly topics: readonly string[];
  assign(shares: readonly Share[], generation: number): void;
  /** The member must join again. */
  expelled(): void;
}

type Fetched = ReturnType<MemoryLog['fetch']>;

interface LongPoll extends Share {
  readonly position: bigint;
  readonly answer: (fetched: Fetched) => void;
  dropped: boolean;
}

/** A record and who put it there: one name per process, so per life of a relay. */
export interface Appended {
  readonly by: string;
  readonly message: BrokerMessage;
}

const SESSION_MS = 6_000;
const FETCH_MAX = 40;

/** The broker itself: partitions and consumer groups. Nothing of it dies with a process. */
export class BrokerServer {
  readonly scheduler: Scheduler;
  readonly log: MemoryLog;
  readonly appended: Appended[] = [];
  readonly refusals: Refusals;
  readonly trace: Trace;
  /** Called with every record that is put there. */
  onAppend: (appended: Appended) => void = () => undefined;
  readonly #groups = new Map<string, Set<MemberLink>>();
  #polls: LongPoll[] = [];
  #generation = 0;

  constructor(scheduler: Scheduler, trace: Trace) {
    this.scheduler = scheduler;
    this.trace = trace;
    this.log = new MemoryLog(() => scheduler.wallMs);
    this.refusals = new Refusals(scheduler);
  }

  /**
   * One send: what goes to a partition is stored or refused as a whole, as Kafka takes a batch.
   *
   * @returns whether all of it is stored
   */
  take(by: string, messages: readonly BrokerMessage[]): boolean {
    const refused = this.refusals.among(messages);
    for (const message of refused) this.trace.say('broker', () => `refuses ${eventId(message)} from ${by}`);
    const partitions = new Set(refused.map((message) => this.#partitionOf(message)));
    for (const message of messages) {
      if (refused.length === 0 || !partitions.has(this.#partitionOf(message))) this.#append(by, message);
    }
    return refused.length === 0;
  }

  #append(by: string, message: BrokerMessage): void {
    this.log.append(message);
    this.appended.push({ by, message });
    this.trace.say('broker', () => `has ${message.headers.ce_type ?? ''} ${eventId(message)} from ${by}`);
    this.onAppend({ by, message });
    const due = this.#polls.filter((poll) => poll.topic === message.topic);
    this.#polls = this.#polls.filter((poll) => poll.topic !== message.topic);
    for (const poll of due) this.#poll(poll);
  }

  /** Answers when there is something. @returns gives up waiting */
  fetch(place: Share, position: bigint, answer: (fetched: Fetched) => void): () => void {
    const poll = { ...place, position, answer, dropped: false };
    this.#poll(poll);
    return () => void (poll.dropped = true);
  }

  join(group: string, member: MemberLink): void {
    const members = this.#groups.get(group) ?? new Set();
    this.#groups.set(group, members.add(member));
    this.#deal(members);
  }

  leave(group: string, member: MemberLink): void {
    const members = this.#groups.get(group);
    if (members?.delete(member) === true) this.#deal(members);
  }

  /** A lost session: others get the partitions at once; the member goes on with its batch and hears of it later. */
  expel(owner: Owner): void {
    for (const members of this.#groups.values()) {
      const lost = [...members].filter((member) => member.owner === owner);
      for (const member of lost) {
        members.delete(member);
        member.expelled();
      }
      if (lost.length > 0) this.#deal(members);
    }
  }

  /** Nobody hears heartbeats of it any more. */
  silent(owner: Owner): void {
    this.scheduler.after(SESSION_MS, undefined, () => {
      if (!owner.alive || owner.stoppedUntilMs > this.scheduler.nowMs) this.expel(owner);
    });
  }

  /** Where the log would put it. */
  #partitionOf(message: BrokerMessage): string {
    const trial = new MemoryLog();
    trial.create(message.topic, this.log.partitionCount(message.topic) ?? 1);
    trial.append(message);
    return `${message.topic}/${trial.records(message.topic)[0]?.partition}`;
  }

  #poll(poll: LongPoll): void {
    if (poll.dropped) return;
    const fetched = this.log.fetch(poll.topic, poll.partition, poll.position, FETCH_MAX);
    if (fetched.records.length === 0) this.#polls.push(poll);
    else poll.answer(fetched);
  }

  #deal(members: ReadonlySet<MemberLink>): void {
    this.#generation += 1;
    const shares = new Map<MemberLink, Share[]>([...members].map((member) => [member, []]));
    let turn = this.#generation;
    for (const topic of new Set([...members].flatMap((member) => member.topics))) {
      const readers = [...members].filter((member) => member.topics.includes(topic));
      for (let partition = 0; partition < (this.log.partitionCount(topic) ?? 0); partition += 1) {
        shares.get(readers[turn++ % readers.length] as MemberLink)?.push({ topic, partition });
      }
    }
    for (const [member, share] of shares) member.assign(share, this.#generation);
  }
}
