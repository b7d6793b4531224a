import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { CompanyQueue } from '../connectors/quickbooks/company-queue.ts';
import { QboFault } from '../connectors/quickbooks/quickbooks.faults.ts';
import { QuickBooksReader } from '../connectors/quickbooks/quickbooks.reader.ts';
import { ConnectionStore, type Connection } from '../stores/connection.store.ts';
import { InvoiceLinkStore, type InvoiceLink } from '../stores/invoice-link.store.ts';
import { DoRecordFault } from './do-record-fault.ts';
import { DoSaveReading } from './do-save-reading.ts';

/** Document 3's reply to a manual check. */
export type CheckReply =
  | { ok: false; changed_to_paid: false; error: string }
  | {
      ok: true;
      changed_to_paid: boolean;
      qbo_status: string;
      qbo_balance_cents: number | string;
      qbo_invoice_number: string | null;
    };

/** Reads one invoice now, for a person who asked. */
@Injectable()
export class PollInvoice {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly queue: CompanyQueue,
    private readonly connections: ConnectionStore,
    private readonly links: InvoiceLinkStore,
    private readonly reader: QuickBooksReader,
    private readonly saver: DoSaveReading,
    private readonly faults: DoRecordFault,
  ) {}

  async check(orgId: string, proposalId: string): Promise<CheckReply> {
    const { link, connection } = await this.runner.read([orgId], async (tx) => {
      const found = await this.links.get(tx, orgId, proposalId);
      const company = found && (await this.connections.get(tx, orgId, found.company));
      return { link: found, connection: company };
    });
    if (link === undefined || link.qboInvoiceId === null) return refused('No QBO invoice linked');
    if (connection === undefined || connection.state === 'needs_reconsent')
      return refused('QuickBooks is not connected');
    try {
      const after = await this.queue.run(`${orgId}:${link.company}`, () => this.#read(connection, link));
      return {
        ok: true,
        changed_to_paid: link.qboStatus !== 'Paid' && after.qboStatus === 'Paid',
        qbo_status: after.qboStatus,
        qbo_balance_cents: asNumber(after.qboBalanceCents),
        qbo_invoice_number: after.qboInvoiceNumber,
      };
    } catch (error) {
      await this.faults.record(connection, error, 'check');
      if (error instanceof QboFault) return refused(error.message);
      throw error;
    }
  }

  async #read(connection: Connection, link: InvoiceLink): Promise<InvoiceLink> {
    const { orgId, company, homeCurrency } = connection;
    const asked = { Invoice: [link.qboInvoiceId!] };
    const reading = await this.reader.readIds(
      { orgId, realmId: company, homeCurrency },
      asked,
      this.saver.knownBooks(connection),
    );
    await this.saver.save(connection, reading, {
      observed: 'live',
      finish: async ({ tx, now }) => {
        await this.links.touched(tx, orgId, link.proposalId, now);
        return [];
      },
    });
    return (await this.runner.read([orgId], (tx) => this.links.get(tx, orgId, link.proposalId)))!;
  }
}

const refused = (error: string): CheckReply => ({ ok: false, changed_to_paid: false, error });

/** Document 3 answers a number; beyond what a number holds exactly the digits are text. */
const asNumber = (minor: string): number | string => (Number.isSafeInteger(Number(minor)) ? Number(minor) : minor);
