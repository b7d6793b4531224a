import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { emptyHead } from '../domain/chain.ts';
import type { Head, VaultRecord } from '../domain/vault-record.ts';

interface HeadRow {
  topic: string;
  partition: number;
  next_sequence: string;
  hash: Buffer;
}

/** The vault's tables. Nothing here updates or deletes a record, and Postgres would refuse it. */
@Injectable()
export class VaultStore {
  /**
   * One appending batch at a time: an event that stands on two partitions is stored once, whichever of them comes first.
   * (Its row cannot be made to exist first, as the rule for aggregates has it: here making it is the whole work.)
   */
  async lock(tx: Tx): Promise<void> {
    await tx.prepared('vault_lock', `select pg_advisory_xact_lock(hashtextextended('vault-append', 0))`);
  }

  /** The end of a chain, made on the first record. */
  async head(tx: Tx, topic: string, partition: number): Promise<Head> {
    const [row] = await tx.prepared<HeadRow>(
      'vault_head',
      `select topic, partition, next_sequence, hash from vault_head where topic = $1 and partition = $2 for update`,
      [topic, partition],
    );
    return row === undefined ? emptyHead(topic, partition) : { ...row, nextSequence: BigInt(row.next_sequence) };
  }

  /** Which of these events of these orgs are in the vault already, as `org:key in hex`. */
  async known(tx: Tx, events: readonly { orgId: bigint; eventKey: Uint8Array }[]): Promise<Set<string>> {
    const rows = await tx.prepared<{ org_id: string; event_key: Buffer }>(
      'vault_known',
      `select org_id, event_key from unnest($1::bigint[], $2::bytea[]) event (org_id, event_key)
         join vault_record using (org_id, event_key)`,
      [events.map((event) => event.orgId), events.map((event) => event.eventKey)],
    );
    return new Set(rows.map((row) => eventId(BigInt(row.org_id), row.event_key)));
  }

  async append(tx: Tx, records: readonly VaultRecord[], head: Head): Promise<void> {
    const column = <K extends keyof VaultRecord>(key: K): VaultRecord[K][] => records.map((record) => record[key]);
    await tx.prepared(
      'vault_append',
      `insert into vault_record (topic, partition, sequence, kafka_offset, timestamp_ms, org_id, stored_at_ms, event_key,
                                 key, headers, value, previous_hash, hash)
       select $1, $2, * from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[],
                                    $9::bytea[], $10::bytea[], $11::bytea[], $12::bytea[], $13::bytea[])`,
      [
        head.topic,
        head.partition,
        column('sequence'),
        column('offset'),
        column('timestampMs'),
        column('orgId'),
        column('storedAtMs'),
        column('eventKey'),
        column('key'),
        column('headers'),
        column('value'),
        column('previousHash'),
        column('hash'),
      ],
    );
    await tx.prepared(
      'vault_move_head',
      `insert into vault_head (topic, partition, next_sequence, hash) values ($1, $2, $3, $4)
       on conflict (topic, partition) do update set next_sequence = excluded.next_sequence, hash = excluded.hash`,
      [head.topic, head.partition, head.nextSequence, head.hash],
    );
  }
}

/** One text per event of an org. */
export const eventId = (orgId: bigint, eventKey: Uint8Array): string =>
  `${orgId}:${Buffer.from(eventKey).toString('hex')}`;
