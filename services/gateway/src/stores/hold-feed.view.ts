import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import type { HoldView } from '../domain/hold.ts';

/** Where the feed of an org stands. */
export interface FeedHead {
  epoch: string;
  seq: bigint;
}

export interface FeedRow {
  seq: bigint;
  hold: HoldView;
}

const PAGE = 200;

@Injectable()
export class HoldFeedView {
  constructor(private readonly transactions: TransactionRunner) {}

  /** Heads of those orgs that have one. */
  async heads(orgIds: readonly string[]): Promise<Map<string, FeedHead>> {
    const rows = await this.transactions.read(orgIds, (tx) =>
      tx.prepared<{ org_id: string; epoch: string; seq: string }>(
        'hold_feed_heads',
        'select org_id, epoch, seq from hold_feed_head',
      ),
    );
    return new Map(rows.map((row) => [row.org_id, { epoch: row.epoch, seq: BigInt(row.seq) }]));
  }

  /** What changed above `after`, up to `upTo`, in order, a page at a time. */
  async page(orgId: string, range: { after: bigint; upTo?: bigint; heldOnly?: boolean }): Promise<FeedRow[]> {
    const rows = await this.transactions.read([orgId], (tx) =>
      tx.prepared<{ seq: string; document: HoldView }>(
        'hold_feed_page',
        `select seq, document from hold_feed
         where org_id = $1 and seq > $2 and ($3::bigint is null or seq <= $3) and (held or not $4)
         order by seq limit ${PAGE}`,
        [orgId, range.after.toString(), range.upTo?.toString() ?? null, range.heldOnly ?? false],
      ),
    );
    return rows.map((row) => ({ seq: BigInt(row.seq), hold: row.document }));
  }
}
