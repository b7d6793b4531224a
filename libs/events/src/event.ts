import type { Message } from '@bufbuild/protobuf';

/** Whether a fact was found by a first import (history) or happened while we watched. */
export type Observed = 'live' | 'import';

/** An event as a handler sees it: the whole document and where it stood on the topic. */
export interface Event<M extends Message = Message> {
  /** ce_id: made when the version was first written, repeated by a republish. */
  readonly id: string;
  /** ce_type, as `invoice_paid`. Names what happened; never decide from it, compare with your own row. */
  readonly type: string;
  /** ce_source: the service that owns the document. */
  readonly source: string;
  readonly time: Date;
  /** `<type>/<id>` of the document. */
  readonly subject: string;
  readonly orgId: string;
  readonly key: string;
  readonly data: M;
  /** The change this event is part of; absent where a change is one event. */
  readonly changeId?: string;
  /** All customers that change touches. */
  readonly changeCustomers?: readonly string[];
  /** The last event of its change for its customer. */
  readonly last: boolean;
  readonly observed: Observed;
  readonly traceparent?: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** An event on its way out: what the outbox stores and the relay sends. */
export interface OutgoingEvent {
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly orgId: string;
  /** CloudEvents binary mode, without `ce_source` and `traceparent`: the outbox adds these two. */
  readonly headers: Readonly<Record<string, string>>;
  /** proto3 JSON. */
  readonly value: string;
}

/** One value of a Kafka header, which may be null. */
type Header = Buffer | string | null;

/** A record as the broker hands it over. */
export interface WireRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Header | readonly Header[] | undefined>>;
}
