import { hash } from 'node:crypto';

/**
 * A map from 128-bit digests to small numbers, in typed arrays: a million entries take some 40 megabytes, where a Map of
 * strings takes hundreds. Two different texts never meet in practice.
 */
export class DigestTable {
  #capacity: number;
  #digests: BigUint64Array;
  #values: Uint32Array;
  #size = 0;

  constructor(capacity = 1 << 12) {
    this.#capacity = capacity;
    this.#digests = new BigUint64Array(capacity * 2);
    this.#values = new Uint32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Stores value (1 or more) if the digest is new; answers what was stored before, 0 when new. */
  put(digest: Digest, value: number): number {
    const slot = this.#slot(digest);
    const before = this.#values[slot]!;
    if (before !== 0) return before;
    this.#store(slot, digest, value);
    return 0;
  }

  /** Counts the digest; answers how often it has been seen, this time included. */
  count(digest: Digest): number {
    const slot = this.#slot(digest);
    const seen = this.#values[slot]!;
    if (seen === 0) this.#store(slot, digest, 1);
    else this.#values[slot] = seen + 1;
    return seen + 1;
  }

  has(digest: Digest): boolean {
    return this.get(digest) !== 0;
  }

  /** What is stored, 0 when nothing. */
  get(digest: Digest): number {
    return this.#values[this.#slot(digest)]!;
  }

  /** Replaces what is stored by a value of 1 or more. */
  set(digest: Digest, value: number): void {
    const slot = this.#slot(digest);
    if (this.#values[slot] === 0) this.#store(slot, digest, value);
    else this.#values[slot] = value;
  }

  #store(slot: number, digest: Digest, value: number): void {
    this.#digests[slot * 2] = digest.high;
    this.#digests[slot * 2 + 1] = digest.low;
    this.#values[slot] = value;
    if (++this.#size > this.#capacity * 0.6) this.#grow();
  }

  #slot(digest: Digest): number {
    const mask = this.#capacity - 1;
    let slot = Number(digest.low & BigInt(mask));
    while (
      this.#values[slot] !== 0 &&
      !(this.#digests[slot * 2] === digest.high && this.#digests[slot * 2 + 1] === digest.low)
    ) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const digests = this.#digests;
    const values = this.#values;
    this.#capacity *= 2;
    this.#digests = new BigUint64Array(this.#capacity * 2);
    this.#values = new Uint32Array(this.#capacity);
    for (let old = 0; old < values.length; old++) {
      if (values[old] === 0) continue;
      const digest = { high: digests[old * 2]!, low: digests[old * 2 + 1]! };
      const slot = this.#slot(digest);
      this.#digests[slot * 2] = digest.high;
      this.#digests[slot * 2 + 1] = digest.low;
      this.#values[slot] = values[old]!;
    }
  }
}

export interface Digest {
  readonly high: bigint;
  readonly low: bigint;
}

/** Digest of texts in their order; where one ends and the next begins counts. */
export function digestOf(texts: readonly string[]): Digest {
  const bytes = hash('sha256', texts.join('\u001f'), 'buffer') as unknown as Buffer;
  return { high: bytes.readBigUInt64LE(0), low: bytes.readBigUInt64LE(8) };
}

/** A digest as 16 hexadecimal digits, for keys that people may see. */
export const hexOf = (digest: Digest): string => digest.high.toString(16).padStart(16, '0');
