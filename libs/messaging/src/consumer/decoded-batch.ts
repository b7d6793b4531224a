import { decode, type Event, headerText, type TopicDef, UnknownSchemaVersion } from '@cashloop/events';
import type { RawRecord } from '../raw-record.ts';

/** A record and what it turned out to be. */
export type Item =
  | { readonly kind: 'event'; readonly record: RawRecord; readonly event: Event }
  | { readonly kind: 'raw'; readonly record: RawRecord }
  | { readonly kind: 'unknown_type'; readonly record: RawRecord }
  | { readonly kind: 'undecodable'; readonly record: RawRecord; readonly error: Error };

export interface DecodedBatch {
  readonly items: readonly Item[];
  /** Set when the batch ends before a record that only a newer version of this service can read. */
  readonly beyond: UnknownSchemaVersion | undefined;
}

/** Decodes outside the transaction, so that no lock is held while JSON is parsed. Ends at an unknown schema version. */
export function decodeBatch(topic: TopicDef | undefined, records: readonly RawRecord[]): DecodedBatch {
  if (topic === undefined) return { items: records.map((record) => ({ kind: 'raw', record })), beyond: undefined };
  const items: Item[] = [];
  for (const record of records) {
    try {
      const decoded = decode(topic, record);
      items.push(
        decoded.kind === 'event' ? { kind: 'event', record, event: decoded.event } : { kind: 'unknown_type', record },
      );
    } catch (error) {
      if (error instanceof UnknownSchemaVersion) return { items, beyond: error };
      items.push({ kind: 'undecodable', record, error: error as Error });
    }
  }
  return { items, beyond: undefined };
}

const ORG_ID = /^[1-9]\d{0,17}$/;

/** The orgs of a batch: what its transaction may see. */
export function orgsOf(items: readonly Item[]): string[] {
  const orgs = new Set<string>();
  for (const item of items) {
    const org = item.kind === 'event' ? item.event.orgId : headerText(item.record.headers, 'org_id');
    if (org !== undefined && ORG_ID.test(org)) orgs.add(org);
  }
  return [...orgs];
}
