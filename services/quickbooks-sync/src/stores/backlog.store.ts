import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { MisreadRow } from '../connectors/quickbooks/quickbooks.rows.ts';
import type { Backlog } from '../metrics.ts';
import type { Books } from './books.store.ts';

/** What waits or could not be understood, and how many reads were spent. */
@Injectable()
export class BacklogStore {
  async keepMisread(tx: Tx, books: Books, rows: readonly MisreadRow[], now: Date): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `insert into misread_document (org_id, company, entity, external_id, code, detail, raw, seen_at)
       select distinct on (m.entity, m.external_id) $1, $2, m.*, $8
       from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as m (entity, external_id, code, detail, raw)
       on conflict (org_id, company, entity, external_id) do update set code = excluded.code, detail = excluded.detail,
         raw = excluded.raw, seen_at = excluded.seen_at`,
      [
        books.orgId,
        books.company,
        rows.map((r) => r.entity),
        rows.map((r) => r.externalId),
        rows.map((r) => r.code),
        rows.map((r) => r.detail),
        rows.map((r) => r.raw),
        now,
      ],
    );
  }

  /** What is understood now, or gone, waits for nobody any more. */
  async dropMisread(tx: Tx, books: Books, rows: readonly { entity: string; externalId: string }[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.prepared(
      'misread_drop',
      `delete from misread_document m using unnest($3::text[], $4::text[]) as u (entity, external_id)
       where m.org_id = $1 and m.company = $2 and m.entity = u.entity and m.external_id = u.external_id`,
      [books.orgId, books.company, rows.map((r) => r.entity), rows.map((r) => r.externalId)],
    );
  }

  async addReads(tx: Tx, books: Books, reads: number, now: Date): Promise<void> {
    await tx.query(
      `insert into read_budget (org_id, company, month, reads) values ($1, $2, date_trunc('month', $3::timestamptz)::date, $4)
       on conflict (org_id, company, month) do update set reads = read_budget.reads + excluded.reads`,
      [books.orgId, books.company, now, reads],
    );
  }

  async state(tx: Tx, now: Date): Promise<({ orgId: string } & Backlog)[]> {
    const rows = await tx.query<
      Record<'org_id' | 'parked' | 'misread' | 'consent', string> & Record<'oldest' | 'reading', Date | null>
    >(
      `select o.org_id, coalesce(d.parked, 0) as parked, d.oldest, c.reading, coalesce(c.consent, 0) as consent,
         (select count(*) from misread_document m where m.org_id = o.org_id) as misread
       from org o
       left join (select org_id, count(*) as parked, min(parked_since) as oldest from document
         where parked_since is not null group by org_id) d on d.org_id = o.org_id
       left join (select org_id, min(last_reading_at) filter (where state = 'live') as reading,
         count(*) filter (where state = 'needs_reconsent') as consent from connection group by org_id) c on c.org_id = o.org_id`,
    );
    const ageOf = (at: Date | null): number => (at === null ? 0 : Math.max(0, (now.getTime() - at.getTime()) / 1000));
    return rows.map((row) => ({
      orgId: row.org_id,
      parked: Number(row.parked),
      oldestAgeSeconds: ageOf(row.oldest),
      misread: Number(row.misread),
      readingAgeSeconds: ageOf(row.reading),
      needingConsent: Number(row.consent),
    }));
  }
}
