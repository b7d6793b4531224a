import {
  type Broker,
  type BrokerMessage,
  type BrokerProducer,
  type ConsumerSpec,
  MessageRefused,
} from '@cashloop/messaging';
import type { Owner, Scheduler } from '../clock/scheduler.ts';
import type { Strikes } from '../faults/strikes.ts';
import type { BrokerServer } from './broker-server.ts';
import { Member } from './member.ts';
import { eventId } from './refusals.ts';

const reset = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

/** The broker as one process sees it: every call is a message there and a message back, which may be lost. */
export class BrokerClient implements Broker {
  readonly owner: Owner;
  readonly server: BrokerServer;
  readonly scheduler: Scheduler;
  readonly strikes: Strikes;
  readonly members = new Set<Member>();

  constructor(owner: Owner, server: BrokerServer, strikes: Strikes) {
    this.owner = owner;
    this.server = server;
    this.scheduler = server.scheduler;
    this.strikes = strikes;
  }

  async producer(): Promise<BrokerProducer> {
    return { send: (messages) => this.#send(messages), close: async () => undefined };
  }

  async consumer(spec: ConsumerSpec): Promise<Member> {
    await this.#call(() => spec.topics.forEach((topic) => this.server.log.offsets(topic)));
    const member = new Member(this, spec);
    this.members.add(member);
    member.join();
    return member;
  }

  partitionCounts(topics: readonly string[]): Promise<Map<string, number>> {
    return this.#call(() => {
      const counts = topics.map((topic) => [topic, this.server.log.partitionCount(topic)] as const);
      return new Map(counts.filter((pair): pair is readonly [string, number] => pair[1] !== undefined));
    });
  }

  createTopics(topics: Parameters<Broker['createTopics']>[0]): Promise<void> {
    return this.#call(() => {
      for (const { name, partitions } of topics) this.server.log.create(name, partitions);
    });
  }

  offsets(topic: string): ReturnType<Broker['offsets']> {
    return this.#call(() => this.server.log.offsets(topic));
  }

  async close(): Promise<void> {
    for (const member of this.members) await member.close();
  }

  /** A message to the broker. */
  toServer(act: () => void): void {
    const slow = this.strikes.take('broker_slow', this.owner.name)?.forMs ?? 0;
    this.scheduler.after(this.scheduler.draws.travelMs(`broker ${this.owner.name}`) + slow, undefined, act);
  }

  /** A message from it. */
  toProcess(act: () => void): void {
    this.scheduler.after(this.scheduler.draws.travelMs(`from broker ${this.owner.name}`), this.owner, act);
  }

  #call<T>(ask: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.toServer(() => {
        try {
          const answer = ask();
          this.toProcess(() => resolve(answer));
        } catch (error) {
          this.toProcess(() => reject(error as Error));
        }
      });
    });
  }

  #send(messages: readonly BrokerMessage[]): Promise<void> {
    const { strikes, scheduler, server } = this;
    const by = this.owner.name;
    const what = `${messages.length} from ${by}`;
    const arriving = ((): number => {
      if (strikes.take('send_lost', what) !== undefined) return 0;
      if (messages.length < 2 || strikes.take('send_half', what) === undefined) return messages.length;
      return 1 + scheduler.draws.of('half').below(messages.length - 1);
    })();
    return this.#call(() => {
      const arrived = messages.slice(0, arriving);
      this.#pickRefused(arrived);
      const stored = server.take(by, arrived);
      if (arriving < messages.length || strikes.take('ack_lost', what) !== undefined) throw reset();
      if (!stored) throw new MessageRefused('too large');
    });
  }

  /** From now on the broker does not take some of these, and perhaps all. */
  #pickRefused(messages: readonly BrokerMessage[]): void {
    if (messages.length === 0) return;
    const draws = this.scheduler.draws.of('refused');
    const first = draws.below(messages.length);
    const picked = messages.filter((_, at) => at === first || draws.chance(0.3));
    const fault = this.strikes.take('refuse', picked.map(eventId).join(', '));
    if (fault === undefined) return;
    for (const message of picked) this.server.refusals.add(message, fault.forMs, fault.times);
  }
}
