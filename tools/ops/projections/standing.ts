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

/**
 * What a projection is to its service, in words.
 * @param openLetters by projection: events set aside that are neither handled nor given up
 */
export function standingOf(
  projection: string,
  readings: readonly Reading[],
  switches: readonly Switch[],
  openLetters: ReadonlyMap<string, number>,
): string {
  const own = switches.find((one) => one.projection === projection);
  const successor = switches.find((one) => one.replaces === projection && one.boundaries !== null);
  if (successor !== undefined) {
    const left = unanswered(projection, readings, successor.boundaries ?? {});
    return `replaced by ${successor.projection}; ${untilItGoes(left, openLetters.get(projection) ?? 0)}`;
  }
  if (own?.boundaries === null) return `built beside ${own.replaces}`;
  return 'live';
}

/** Without its handler nobody would answer what it has not read, nor what it has set aside. */
function untilItGoes(left: bigint, openLetters: number): string {
  const letters = `${openLetters} dead letter${openLetters === 1 ? '' : 's'}`;
  if (left === 0n) return openLetters === 0 ? 'its handler may go' : `${letters} first`;
  return `${left} events left to answer${openLetters === 0 ? '' : ` and ${letters}`}`;
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
