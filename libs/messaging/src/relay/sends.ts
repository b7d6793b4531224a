import type { OutboxRow } from './outbox-queue.ts';

/** Brokers take a megabyte per partition and request by default; all rows of a send may go to one partition. */
export const SEND_BYTES_MAX = 900_000;
const PER_RECORD_BYTES = 64;

/** Cuts rows into sends that the broker takes whatever partitions they go to. A row larger than that goes alone. */
export function sendsOf(rows: readonly OutboxRow[], bytesMax = SEND_BYTES_MAX): OutboxRow[][] {
  const sends: OutboxRow[][] = [];
  let current: OutboxRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = sizeOf(row);
    if (current.length > 0 && bytes + size > bytesMax) {
      sends.push(current);
      current = [];
      bytes = 0;
    }
    current.push(row);
    bytes += size;
  }
  if (current.length > 0) sends.push(current);
  return sends;
}

function sizeOf(row: OutboxRow): number {
  let bytes = PER_RECORD_BYTES + Buffer.byteLength(row.value) + (row.key?.length ?? 0);
  for (const name in row.headers) bytes += name.length + (row.headers[name]?.length ?? 0) + 2;
  return bytes;
}
