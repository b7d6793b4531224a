import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { HoldView } from '../domain/hold.ts';

/** A hold of one org. */
export interface OrgHold {
  orgId: string;
  hold: HoldView;
}

@Injectable()
export class HoldFeedStore {
  /** Takes over those holds that are newer than what is known, and gives each a number above all earlier ones. */
  async apply(tx: Tx, holds: readonly OrgHold[]): Promise<number> {
    const heads = await this.#lockHeads(tx, [...new Set(holds.map(({ orgId }) => orgId))]);
    const known = await this.#versions(tx, holds);
    const newer = newestPerAccount(holds).filter((item) => item.hold.version > (known.get(keyOf(item)) ?? 0));
    if (newer.length === 0) return 0;
    const numbered = newer.map((item) => ({ ...item, seq: next(heads, item.orgId) }));
    await tx.query(
      `insert into hold_feed (org_id, account_id, seq, version, held, document)
       select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::boolean[], $6::jsonb[])
       on conflict (org_id, account_id) do update
       set seq = excluded.seq, version = excluded.version, held = excluded.held, document = excluded.document`,
      [
        numbered.map(({ orgId }) => orgId),
        numbered.map(({ hold }) => hold.account_id),
        numbered.map(({ seq }) => seq.toString()),
        numbered.map(({ hold }) => hold.version),
        numbered.map(({ hold }) => hold.state === 'held'),
        numbered.map(({ hold }) => JSON.stringify(hold)),
      ],
    );
    await tx.query(
      `update hold_feed_head head set seq = new.seq from unnest($1::bigint[], $2::bigint[]) as new (org_id, seq) where head.org_id = new.org_id`,
      [[...heads.keys()], [...heads.values()].map(String)],
    );
    return newer.length;
  }

  async #lockHeads(tx: Tx, orgIds: readonly string[]): Promise<Map<string, bigint>> {
    await tx.query(
      'insert into hold_feed_head (org_id) select id from unnest($1::bigint[]) id order by id on conflict do nothing',
      [orgIds],
    );
    const rows = await tx.query<{ org_id: string; seq: string }>(
      'select org_id, seq from hold_feed_head where org_id = any($1) order by org_id for update',
      [orgIds],
    );
    return new Map(rows.map((row) => [row.org_id, BigInt(row.seq)]));
  }

  async #versions(tx: Tx, holds: readonly OrgHold[]): Promise<Map<string, number>> {
    const rows = await tx.query<{ org_id: string; account_id: string; version: number }>(
      `select org_id, account_id, version from hold_feed
       where (org_id, account_id) in (select * from unnest($1::bigint[], $2::bigint[]))`,
      [holds.map(({ orgId }) => orgId), holds.map(({ hold }) => hold.account_id)],
    );
    return new Map(rows.map((row) => [`${row.org_id}:${row.account_id}`, row.version]));
  }
}

const keyOf = ({ orgId, hold }: OrgHold): string => `${orgId}:${hold.account_id}`;

function newestPerAccount(holds: readonly OrgHold[]): OrgHold[] {
  const newest = new Map<string, OrgHold>();
  for (const item of holds) {
    const other = newest.get(keyOf(item));
    if (other === undefined || other.hold.version < item.hold.version) newest.set(keyOf(item), item);
  }
  return [...newest.values()];
}

function next(heads: Map<string, bigint>, orgId: string): bigint {
  const seq = (heads.get(orgId) ?? 0n) + 1n;
  heads.set(orgId, seq);
  return seq;
}
