import type { Tx } from '@cashloop/persistence';

/** Which feed of which outside company. */
export interface FeedName {
  orgId: string;
  /** quickbooks, xero, netsuite */
  system: string;
  company: string;
  /** What is read, as `changes` or `first-import`. */
  feed: string;
}

/** How far each feed was read. Save it in the transaction that saves what was read, or a crash skips or repeats rows. */
export class CursorStore {
  async read(tx: Tx, name: FeedName): Promise<string | undefined> {
    const rows = await tx.prepared<{ position: string }>(
      'connector_cursor_read',
      'select position from connector_cursor where org_id = $1 and system = $2 and company = $3 and feed = $4',
      [name.orgId, name.system, name.company, name.feed],
    );
    return rows[0]?.position;
  }

  async save(tx: Tx, name: FeedName, position: string, now: Date): Promise<void> {
    await tx.prepared(
      'connector_cursor_save',
      `insert into connector_cursor (org_id, system, company, feed, position, moved_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (org_id, system, company, feed) do update set position = excluded.position, moved_at = excluded.moved_at`,
      [name.orgId, name.system, name.company, name.feed, position, now],
    );
  }

  async drop(tx: Tx, name: FeedName): Promise<void> {
    await tx.query('delete from connector_cursor where org_id = $1 and system = $2 and company = $3 and feed = $4', [
      name.orgId,
      name.system,
      name.company,
      name.feed,
    ]);
  }
}
