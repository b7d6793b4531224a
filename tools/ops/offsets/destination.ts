import { UserFault } from '../../local/faults.ts';
import type { Held } from '../connect/broker-ranges.ts';

export type { Held };

/** start: the first record the broker holds. current: where it stands, without its stop. A number: that offset. */
export type Destination = 'start' | 'current' | bigint;

/** Where a partition stands now. */
export interface Standing {
  partition: number;
  next: bigint;
}

export interface Move {
  service: string;
  topic: string;
  to: Destination;
}

/** What --to and --partition ask for. @throws a sentence that names the option */
export function destinationOf(to: string, partition: string | undefined): Destination {
  if (partition !== undefined && !/^\d{1,9}$/.test(partition))
    throw new UserFault(`"${partition}" is not a partition.`, 'give --partition a number');
  if (to === 'start' || to === 'current') return to;
  if (!/^\d{1,18}$/.test(to))
    throw new UserFault(`"${to}" is not an offset.`, 'give --to a number, "start" or "current"');
  if (partition === undefined)
    throw new UserFault(`Partitions have their own offsets, so ${to} fits one of them.`, 'name it with --partition');
  return BigInt(to);
}

/**
 * The next offset of each partition, in the same order.
 * @throws a sentence when the broker does not hold it: the partition would stop there again
 */
export function nextOffsets(move: Move, standing: readonly Standing[], held: ReadonlyMap<string, Held>): bigint[] {
  return standing.map(({ partition, next }) => {
    const place = `${move.topic}/${partition}`;
    const range = held.get(place);
    if (range === undefined)
      throw new UserFault(`The broker has no partition ${place}.`, `npm run ops -- offsets show ${move.service}`);
    const { first, end } = range;
    const to = move.to === 'start' ? first : move.to === 'current' ? next : move.to;
    if (to >= first && to <= end) return to;
    throw new UserFault(
      `The broker holds offsets ${first} to ${end} of ${place}, so ${to} is no place to go on.`,
      `give --to start, or --partition ${partition} --to a number from ${first} to ${end}`,
    );
  });
}
