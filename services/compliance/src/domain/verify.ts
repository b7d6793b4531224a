import { same } from './bytes.ts';
import { emptyHead, hashOf } from './chain.ts';
import { eventKeyOf, orgIdOf } from './vault-record.ts';
import type { Head, VaultRecord } from './vault-record.ts';

/** Something that is not as it was stored. `sequence` is the first record of the chain that shows it. */
export interface Mismatch {
  topic: string;
  partition: number;
  sequence: bigint;
  why: string;
}

/** Recomputes one chain, record by record, in constant memory. */
export class ChainCheck {
  private next: bigint;
  private hash: Uint8Array | null;
  private offset = -1n;
  private readonly topic: string;
  private readonly partition: number;
  private found: Mismatch | undefined;

  /** `from` is the first sequence that will be fed; above 1 the chain before it is taken as it is. */
  constructor(topic: string, partition: number, from = 1n) {
    this.topic = topic;
    this.partition = partition;
    this.next = from;
    this.hash = from === 1n ? emptyHead(topic, partition).hash : null;
  }

  /** The first mismatch so far. Records after it say nothing new, so they need not be fed. */
  get mismatch(): Mismatch | undefined {
    return this.found;
  }

  /** Takes the chain's next record. */
  feed(record: VaultRecord): void {
    const why = this.fault(record);
    if (why !== undefined && this.found === undefined) {
      const sequence = record.sequence > this.next ? this.next : record.sequence;
      this.found = { topic: this.topic, partition: this.partition, sequence, why };
    }
    this.next = record.sequence + 1n;
    this.hash = record.hash;
    this.offset = record.offset;
  }

  /** Compares the end of the chain with the heads table; undefined when that has no row for it. */
  end(head: Head | undefined): Mismatch | undefined {
    if (this.found !== undefined) return this.found;
    const why = this.endFault(head);
    if (why === undefined) return undefined;
    const sequence = head !== undefined && head.nextSequence > this.next ? this.next : this.next - 1n;
    return { topic: this.topic, partition: this.partition, sequence, why };
  }

  private fault(record: VaultRecord): string | undefined {
    if (record.sequence > this.next) return `the record is missing, the next one there is ${record.sequence}`;
    if (record.sequence < this.next) return 'the record stands twice';
    if (this.hash !== null && !same(record.previousHash, this.hash)) return 'it does not follow the record before it';
    if (!same(hashOf(record), record.hash)) return 'its content does not match its hash';
    if (record.offset <= this.offset) return `its offset ${record.offset} is not above ${this.offset} before it`;
    if (!same(eventKeyOf(record), record.eventKey)) return 'its event key does not match its headers';
    if (orgIdOf(record) !== record.orgId) return 'its org does not match its headers';
    return undefined;
  }

  private endFault(head: Head | undefined): string | undefined {
    if (head === undefined) return 'the heads table has no row for this partition';
    if (head.nextSequence > this.next)
      return `the record is missing: the heads table expects ${head.nextSequence - 1n} records`;
    if (head.nextSequence < this.next) return `the heads table ends at record ${head.nextSequence - 1n}`;
    if (this.hash !== null && !same(head.hash, this.hash))
      return 'the heads table has another hash for the last record';
    return undefined;
  }
}
