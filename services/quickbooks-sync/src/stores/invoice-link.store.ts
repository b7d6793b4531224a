import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { InvoiceContent } from '../domain/content.ts';
import { qboStatusOf, type QboStatus } from '../domain/qbo-status.ts';
import type { Written } from '../domain/publishing.ts';
import type { Books } from './books.store.ts';

/** A proposal: an invoice of ours under the integer id that document 3's calls use. */
export interface InvoiceLink {
  proposalId: string;
  company: string;
  qboInvoiceId: string | null;
  qboInvoiceNumber: string | null;
  qboStatus: QboStatus;
  qboBalanceCents: string;
}

@Injectable()
export class InvoiceLinkStore {
  /** Every published invoice has its link; amounts are minor units of the invoice's currency. */
  async save(tx: Tx, books: Books, written: readonly Written[], now: Date): Promise<void> {
    const newest = new Map<string, InvoiceContent>();
    for (const { version } of written) {
      if (version.content.kind === 'invoice') newest.set(version.content.source.externalId, version.content);
    }
    const invoices = [...newest.values()];
    if (invoices.length === 0) return;
    await tx.prepared(
      'invoice_links_save',
      `insert into invoice_links (org_id, company, qbo_invoice_id, qbo_invoice_number, qbo_status, qbo_balance_cents, qbo_paid_cents, qbo_last_sync_at)
       select $1, $2, i.id, left(i.number, 64), i.status, i.balance, i.total - i.balance, $8
       from unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[]) as i (id, number, status, balance, total)
       on conflict (org_id, company, qbo_invoice_id) do update set qbo_invoice_number = excluded.qbo_invoice_number,
         qbo_status = excluded.qbo_status, qbo_balance_cents = excluded.qbo_balance_cents,
         qbo_paid_cents = excluded.qbo_paid_cents, qbo_last_sync_at = excluded.qbo_last_sync_at`,
      [
        books.orgId,
        books.company,
        invoices.map((i) => i.source.externalId),
        invoices.map((i) => i.number),
        invoices.map((i) => qboStatusOf(i.state)),
        invoices.map((i) => i.balanceMinor),
        invoices.map((i) => (i.state === 'DELETED' || i.state === 'VOIDED' ? i.balanceMinor : i.totalMinor)),
        now,
      ],
    );
  }

  async get(tx: Tx, orgId: string, proposalId: string): Promise<InvoiceLink | undefined> {
    const rows = await tx.query<InvoiceLink>(
      `select proposal_id as "proposalId", company, qbo_invoice_id as "qboInvoiceId", qbo_invoice_number as "qboInvoiceNumber",
         qbo_status as "qboStatus", qbo_balance_cents as "qboBalanceCents"
       from invoice_links where org_id = $1 and proposal_id = $2`,
      [orgId, proposalId],
    );
    return rows[0];
  }

  /** Proposals with an invoice in one of these companies: a paid one may be reopened. */
  async withInvoice(tx: Tx, orgId: string, companies: readonly string[]): Promise<number[]> {
    const rows = await tx.query<{ proposal_id: string }>(
      `select proposal_id from invoice_links
       where org_id = $1 and company = any($2) and qbo_invoice_id is not null order by proposal_id`,
      [orgId, companies],
    );
    return rows.map((row) => Number(row.proposal_id));
  }

  async touched(tx: Tx, orgId: string, proposalId: string, now: Date): Promise<void> {
    await tx.query('update invoice_links set qbo_last_sync_at = $3 where org_id = $1 and proposal_id = $2', [
      orgId,
      proposalId,
      now,
    ]);
  }
}
