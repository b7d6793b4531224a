import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { listPlan } from '@cashloop/service-shell';
import type { ListSpec, Page } from '@cashloop/service-shell';
import { decodeHeaders } from '../domain/headers.ts';
import type { HeadReply, VaultRecordReply, VaultRecordsQuery } from '../http/vault.dto.ts';
import { toRecord, VAULT_COLUMNS } from './vault-record.row.ts';
import type { VaultRecordRow } from './vault-record.row.ts';

/** `place` is unique and in order of arrival per partition, topic by topic. */
const list: ListSpec = {
  sorts: {
    place: { sql: `topic || '/' || lpad(partition::text, 9, '0')`, type: 'text' },
    stored_at: { sql: 'stored_at_ms', type: 'bigint' },
  },
  defaultSort: 'place',
  tie: { sql: 'sequence', type: 'bigint' },
};
const byArrival: ListSpec = {
  ...list,
  tie: { sql: `topic || '/' || lpad(partition::text, 9, '0') || '/' || lpad(sequence::text, 19, '0')`, type: 'text' },
};

/** The vault as auditors read it. */
@Injectable()
export class VaultView {
  /** Ends of all chains: no tenant's data. */
  async heads(tx: Tx): Promise<HeadReply[]> {
    const rows = await tx.query<{ topic: string; partition: number; next_sequence: string; hash: Buffer }>(
      `select topic, partition, next_sequence, hash from vault_head order by topic, partition`,
    );
    return rows.map((row) => ({ ...row, hash: row.hash.toString('hex') }));
  }

  /** Records of one org; the policy for records without an org must not show them to everyone. */
  async records(tx: Tx, orgId: string, query: VaultRecordsQuery): Promise<Page<VaultRecordReply>> {
    const params: unknown[] = [orgId];
    const conditions = ['org_id = $1'];
    if (query.topic !== undefined) conditions.push(`topic = $${params.push(query.topic)}`);
    if (query.partition !== undefined) conditions.push(`partition = $${params.push(query.partition)}`);
    const spec = query.sort?.endsWith('stored_at') ? byArrival : list;
    const plan = listPlan(query, spec, params.length + 1);
    const rows = await tx.query<VaultRecordRow & { sort_value: string; tie_value: string }>(
      `select ${VAULT_COLUMNS}, ${plan.columns} from vault_record
        where ${[...conditions, plan.where].join(' and ')} ${plan.tail}`,
      [...params, ...plan.params],
    );
    return plan.page(rows, toReply);
  }
}

function toReply(row: VaultRecordRow): VaultRecordReply {
  const record = toRecord(row);
  return {
    topic: record.topic,
    partition: record.partition,
    sequence: row.sequence,
    offset: row.kafka_offset,
    broker_time: new Date(Number(record.timestampMs)).toISOString(),
    stored_at: new Date(Number(record.storedAtMs)).toISOString(),
    key: text(record.key),
    headers: decodeHeaders(record.headers).map(([name, value]) => ({ name: text(name)!, value: text(value) })),
    value: text(record.value),
    value_base64: row.value?.toString('base64') ?? null,
    previous_hash: row.previous_hash.toString('hex'),
    hash: row.hash.toString('hex'),
  };
}

const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('utf8'));
