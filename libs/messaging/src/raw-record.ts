/** A record exactly as the broker holds it. */
export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** A header that stands more than once is an array. */
  readonly headers: Readonly<Record<string, Buffer | readonly Buffer[]>>;
  /** The same headers in their order on the wire, repeated ones side by side. */
  readonly headerList: readonly (readonly [name: string, value: Buffer])[];
  /** The broker's time of the record, ms since 1970. */
  readonly timestamp: number;
}
