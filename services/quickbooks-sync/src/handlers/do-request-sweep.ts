import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { ConnectionStore } from '../stores/connection.store.ts';
import { InvoiceLinkStore } from '../stores/invoice-link.store.ts';
import { PollChanges } from './poll-changes.ts';

/** Document 3's reply to poll_all. */
export interface PollAllReply {
  ok: true;
  scheduled: number;
  proposal_ids: number[];
}

/** Has the change feed of every company of an org asked now. */
@Injectable()
export class DoRequestSweep {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly connections: ConnectionStore,
    private readonly links: InvoiceLinkStore,
    private readonly changes: PollChanges,
  ) {}

  async request(orgId: string): Promise<PollAllReply> {
    const now = new Date();
    const ids = await this.runner.run([orgId], async (tx) => {
      const companies = await this.connections.requestSweep(tx, orgId, now);
      return companies.length === 0 ? [] : this.links.withInvoice(tx, orgId, companies);
    });
    void this.changes.run({ now }).catch(() => undefined);
    return { ok: true, scheduled: ids.length, proposal_ids: ids };
  }
}
