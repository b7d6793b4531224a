import { Injectable } from '@nestjs/common';
import { formatDecimal } from '@cashloop/money';
import { TransactionRunner } from '@cashloop/persistence';
import { ProblemError } from '@cashloop/service-shell';
import { exactNumber, type ExactObject } from '../domain/exact-json.ts';
import { ApiFault } from '../domain/faults.ts';
import type { Txn } from '../domain/records.ts';
import { TxnStore } from '../stores/txn.store.ts';
import { DoWriteDocument, type WriteRequest } from './do-write-document.ts';

export interface TakenPayment {
  payment_id: string;
  invoice_id: string;
  /** Decimal text. */
  amount: string;
}

/** What somebody in the accounting office does: take a payment for an invoice, or void it. Announced like any change. */
@Injectable()
export class DoTakePayment {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly txns: TxnStore,
    private readonly writes: DoWriteDocument,
  ) {}

  /** @throws ProblemError 404, 422 */
  async take(
    realmId: string,
    invoiceId: string,
    asked: string | undefined,
    date: string | undefined,
  ): Promise<TakenPayment> {
    const invoice = await this.#invoice(realmId, invoiceId);
    if (asked === undefined && invoice.openMinor === 0n)
      throw new ProblemError({
        status: 422,
        code: 'sandbox.nothing_open',
        detail: `nothing is open on invoice ${invoiceId}`,
      });
    const amount = asked ?? formatDecimal(invoice.openMinor, invoice.currency);
    const body: ExactObject = {
      CustomerRef: { value: invoice.customerId },
      TxnDate: date,
      TotalAmt: exactNumber(amount),
      Line: [{ Amount: exactNumber(amount), LinkedTxn: [{ TxnId: invoiceId, TxnType: 'Invoice' }] }],
    };
    const reply = await this.#write({ realmId, entity: 'Payment', operation: 'create', body });
    return { payment_id: String((reply['Payment'] as ExactObject)['Id']), invoice_id: invoiceId, amount };
  }

  /** @throws ProblemError 404 */
  async voidInvoice(realmId: string, invoiceId: string): Promise<{ invoice_id: string }> {
    const { syncToken } = await this.#invoice(realmId, invoiceId);
    await this.#write({
      realmId,
      entity: 'Invoice',
      operation: 'void',
      body: { Id: invoiceId, SyncToken: String(syncToken) },
    });
    return { invoice_id: invoiceId };
  }

  async #invoice(realmId: string, id: string): Promise<Txn> {
    const [found] = /^\d{1,18}$/.test(id)
      ? await this.runner.read([], (tx) => this.txns.findAll(tx, realmId, [id]))
      : [];
    if (found?.kind === 'Invoice' && found.state !== 'deleted') return found;
    throw ProblemError.notFound('sandbox.invoice_not_found', `company ${realmId} has no invoice ${id}`);
  }

  async #write(request: WriteRequest): Promise<ExactObject> {
    try {
      return await this.writes.write(request);
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      throw new ProblemError({ status: 422, code: 'sandbox.refused', detail: error.detail });
    }
  }
}
