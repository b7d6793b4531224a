import type { Broker, BrokerMessage, BrokerProducer, ConsumerSpec, FetchedBatch, PartitionControl } from '../broker.ts';
import { pause } from '../pauses.ts';
import { Seeded } from './random.ts';

/** Shares (0..1) of the sends and batches that meet a fault. All are things a real broker may do. */
export interface Faults {
  readonly seed: number;
  /** The broker has all of it, but the answer is lost. */
  readonly lostAck?: number;
  /** Nothing arrives. */
  readonly lostSend?: number;
  /** A first part arrives, the answer is lost. */
  readonly halfSend?: number;
  /** A send or a batch waits up to so long, ms. */
  readonly slowMs?: number;
  /** A batch comes in parts with other borders. */
  readonly otherBorders?: number;
  /** A part of a batch comes a second time, after it was done. */
  readonly again?: number;
  /** A batch begins above the position: as if a seek came too late. */
  readonly gap?: number;
  /** A partition is held back for a moment: what others hold overtakes it, in its topic and in the others. */
  readonly heldBack?: number;
  /** The client gives up and must be made anew. */
  readonly crash?: number;
}

const GAPS_IN_A_ROW = 2;
const HELD_BACK_MS = 400;

const gone = (what: string): Error => Object.assign(new Error(`${what}: connection lost`), { code: 'ECONNRESET' });

/** Any broker, with seeded faults between it and the kernel. Switch `on` off to let things come to rest. */
export class FaultyBroker implements Broker {
  readonly #inner: Broker;
  readonly #faults: Faults;
  readonly #random: Seeded;
  readonly #gaps = new Map<string, number>();
  readonly #stalls = new Map<'send' | 'batch', number>();
  /** How often each fault struck. */
  readonly struck: Record<string, number> = {};
  on = true;

  constructor(inner: Broker, faults: Faults) {
    this.#inner = inner;
    this.#faults = faults;
    this.#random = new Seeded(faults.seed);
  }

  /** The next one waits so long, and is then done as if nothing had been. */
  stallNext(what: 'send' | 'batch', ms: number): void {
    this.#stalls.set(what, ms);
  }

  async producer(): Promise<BrokerProducer> {
    const inner = await this.#inner.producer();
    return { send: (messages) => this.#send(inner, messages), close: () => inner.close() };
  }

  consumer(spec: ConsumerSpec): ReturnType<Broker['consumer']> {
    return this.#inner.consumer({ ...spec, onBatch: (batch, control) => this.#deliver(spec, batch, control) });
  }

  partitionCounts(topics: readonly string[]): ReturnType<Broker['partitionCounts']> {
    return this.#inner.partitionCounts(topics);
  }

  createTopics(topics: Parameters<Broker['createTopics']>[0]): Promise<void> {
    return this.#inner.createTopics(topics);
  }

  offsets(topic: string): ReturnType<Broker['offsets']> {
    return this.#inner.offsets(topic);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #send(inner: BrokerProducer, messages: readonly BrokerMessage[]): Promise<void> {
    await this.#wait('send');
    if (this.#strikes('lostSend')) throw gone('send');
    if (messages.length > 1 && this.#strikes('halfSend')) {
      await inner.send(messages.slice(0, 1 + this.#random.below(messages.length - 1)));
      throw gone('send');
    }
    await inner.send(messages);
    if (this.#strikes('lostAck')) throw gone('acknowledgement');
  }

  async #deliver(spec: ConsumerSpec, batch: FetchedBatch, control: PartitionControl): Promise<void> {
    await this.#wait('batch');
    if (this.#strikes('crash')) return spec.onCrash(gone('fetch'));
    if (this.#strikes('heldBack')) return control.pause(1 + this.#random.below(HELD_BACK_MS));
    if (this.#leavesGap(batch)) return spec.onBatch(this.#above(batch), control);
    const parts = batch.records.length > 1 && this.#strikes('otherBorders') ? this.#cut(batch) : [batch];
    for (const part of parts) {
      if (!control.owned()) return;
      await spec.onBatch(part, control);
      if (control.owned() && this.#strikes('again'))
        await spec.onBatch(this.#cut(part).at(-1) as FetchedBatch, control);
    }
  }

  /** Not again and again: a partition that never gives the missing records has lost them, and the kernel stops it. */
  #leavesGap({ topic, partition, records }: FetchedBatch): boolean {
    const place = `${topic} ${partition}`;
    const before = this.#gaps.get(place) ?? 0;
    const gap = before < GAPS_IN_A_ROW && records.length > 1 && this.#strikes('gap');
    this.#gaps.set(place, gap ? before + 1 : 0);
    return gap;
  }

  /** Begins somewhere inside: what lies before it is missing. */
  #above(batch: FetchedBatch): FetchedBatch {
    const records = batch.records.slice(1 + this.#random.below(batch.records.length - 1));
    return { ...batch, records, fetchedFrom: records[0]?.offset ?? batch.fetchedFrom };
  }

  #cut(batch: FetchedBatch): FetchedBatch[] {
    if (batch.records.length < 2) return [batch];
    const at = 1 + this.#random.below(batch.records.length - 1);
    const [left, right] = [batch.records.slice(0, at), batch.records.slice(at)];
    const border = (left.at(-1)?.offset ?? 0n) + 1n;
    return [
      { ...batch, records: left },
      { ...batch, records: right, fetchedFrom: border },
    ];
  }

  async #wait(what: 'send' | 'batch'): Promise<void> {
    const { slowMs = 0 } = this.#faults;
    const stallMs = this.#stalls.get(what);
    this.#stalls.delete(what);
    if (stallMs !== undefined) {
      this.#count(`${what}Stalled`);
      await pause(stallMs);
    } else if (this.on && slowMs > 0) await pause(this.#random.below(slowMs));
  }

  #strikes(fault: Exclude<keyof Faults, 'seed' | 'slowMs'>): boolean {
    const strikes = this.on && this.#random.chance(this.#faults[fault] ?? 0);
    if (strikes) this.#count(fault);
    return strikes;
  }

  #count(fault: string): void {
    this.struck[fault] = (this.struck[fault] ?? 0) + 1;
  }
}
