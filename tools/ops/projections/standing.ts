/** A projection on one topic, added up over its partitions. */
export interface Reading {
  projection: string;
  topic: string;
  partition: number;
  next: bigint;
}

export interface Switch {
  projection: string;
  replaces: string;
  /** Null until the switch. */
  boundaries: Readonly<Record<string, string>> | null;
}

/** What a projection is to its service, in words. */
export function standingOf(projection: string, readings: readonly Reading[], switches: readonly Switch[]): string {
  const own = switches.find((one) => one.projection === projection);
  const successor = switches.find((one) => one.replaces === projection && one.boundaries !== null);
  if (successor !== undefined) {
    const left = unanswered(projection, readings, successor.boundaries ?? {});
    return left === 0n
      ? `replaced by ${successor.projection}; its handler may go`
      : `replaced by ${successor.projection}; ${left} events left to answer`;
  }
  if (own?.boundaries === null) return `built beside ${own.replaces}`;
  return 'live';
}

/** Events before the boundary that the replaced projection has not read: only it answers them. */
function unanswered(
  projection: string,
  readings: readonly Reading[],
  boundaries: Readonly<Record<string, string>>,
): bigint {
  let left = 0n;
  for (const [place, boundary] of Object.entries(boundaries)) {
    const reading = readings.find((one) => one.projection === projection && `${one.topic}/${one.partition}` === place);
    const next = reading?.next ?? 0n;
    if (BigInt(boundary) > next) left += BigInt(boundary) - next;
  }
  return left;
}
