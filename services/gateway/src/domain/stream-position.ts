/** Where a reader of the hold feed stands; goes over the wire as the `id` of a server-sent event. */
export interface StreamPosition {
  epoch: string;
  seq: bigint;
}

/**
 * Where a reader stands whose org has no feed yet: it has seen nothing, and so everything up to the beginning of whatever
 * feed comes.
 */
export const BEFORE_ANY: StreamPosition = { epoch: '00000000', seq: 0n };

export const positionId = ({ epoch, seq }: StreamPosition): string => `${epoch}-${seq}`;

/** What a `Last-Event-ID` header says; undefined when it is none of ours. */
export function parsePosition(id: string | undefined): StreamPosition | undefined {
  const match = /^([0-9a-f]{8})-(\d{1,18})$/.exec(id?.trim() ?? '');
  return match ? { epoch: match[1]!, seq: BigInt(match[2]!) } : undefined;
}

/**
 * Where a reader goes on, or undefined when it has to begin anew. It cannot go on in a rebuilt feed, whose numbers mean something else; and not above
 * the head, which a restored database can be behind.
 */
export function resumeFrom(from: StreamPosition | undefined, head: StreamPosition): StreamPosition | undefined {
  if (from === undefined) return undefined;
  if (from.epoch === BEFORE_ANY.epoch) return { epoch: head.epoch, seq: 0n };
  return from.epoch === head.epoch && from.seq <= head.seq ? from : undefined;
}

/** One server-sent event. JSON has no line breaks, so `data` is one line. */
export function sseEvent(event: string, data: unknown, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
