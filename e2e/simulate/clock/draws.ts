import { Seeded } from '@cashloop/messaging/memory';

/** A number from a text (FNV-1a), to tell the streams of one seed apart. */
function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * Random numbers of one run: a stream per purpose, so that a fault that is taken out while shrinking moves the draws of
 * its own purpose only.
 */
export class Draws {
  readonly seed: number;
  readonly #streams = new Map<string, Seeded>();

  constructor(seed: number) {
    this.seed = seed;
  }

  of(purpose: string): Seeded {
    let stream = this.#streams.get(purpose);
    if (stream === undefined) {
      stream = new Seeded(hashed(`${this.seed} ${purpose}`));
      this.#streams.set(purpose, stream);
    }
    return stream;
  }

  /** Milliseconds a message travels: mostly a fraction of one, seldom some, rarely many. */
  travelMs(purpose: string): number {
    const stream = this.of(purpose);
    const kind = stream.next();
    const share = stream.next();
    if (kind < 0.8) return 0.1 + share * 0.9;
    return kind < 0.98 ? 1 + share * 8 : 10 + share * 60;
  }
}
