const M = 0x5bd1e995;
const SEED = 0x9747b28c;

/** Kafka's murmur2 over a key, as Java computes it: 32 bits, signed. */
export function murmur2(data: Buffer): number {
  let h = SEED ^ data.length;
  const whole = data.length & ~3;
  for (let at = 0; at < whole; at += 4) h = Math.imul(h, M) ^ mixed(data.readInt32LE(at));
  for (let left = data.length - 1; left >= whole; left -= 1) h ^= (data[left] as number) << (8 * (left - whole));
  if (whole < data.length) h = Math.imul(h, M);
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}

function mixed(word: number): number {
  const k = Math.imul(word, M);
  return Math.imul(k ^ (k >>> 24), M);
}

/** The partition of a key, the same as every Kafka client with the default partitioner picks. */
export const partitionOf = (key: Buffer, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;
