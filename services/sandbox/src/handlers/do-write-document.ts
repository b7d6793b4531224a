import { Injectable } from '@nestjs/common';
import { TransactionRunner, type Tx } from '@cashloop/persistence';
import type { Company } from '../domain/company.ts';
import { decideWrite } from '../domain/decide-write.ts';
import { type ExactObject } from '../domain/exact-json.ts';
import { duplicateDocNumber, notFound, tooLong } from '../domain/faults.ts';
import { refOf, textOf } from '../domain/read-body.ts';
import type { TxnKind } from '../domain/records.ts';
import { inMillis, localDate } from '../domain/timestamps.ts';
import { targetsOf } from '../domain/write-payment.ts';
import { idOf, type Operation, type WriteContext } from '../domain/write-request.ts';
import { AnnounceStore } from '../stores/announce.store.ts';
import { CompanyStore } from '../stores/company.store.ts';
import { DocumentView } from '../stores/document.view.ts';
import { LedgerStore } from '../stores/ledger.store.ts';
import { RequestStore } from '../stores/request.store.ts';
import { SandboxClock } from '../stores/sandbox-clock.store.ts';
import { TxnStore } from '../stores/txn.store.ts';
import { DeliverWebhooks } from './deliver-webhooks.ts';
import { DoWriteCustomer } from './do-write-customer.ts';

/** One write as a client asks for it. */
export interface WriteRequest {
  realmId: string;
  entity: TxnKind | 'Customer';
  operation: Operation;
  body: ExactObject;
  /** A repeat of it gets the first reply. */
  requestId?: string;
  allowDuplicateDocNumber?: boolean;
}

const REQUEST_ID_MOST = 50;

/** Creates, updates, voids, deletes and sends documents: one transaction per write, one write at a time per company. */
@Injectable()
export class DoWriteDocument {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly companies: CompanyStore,
    private readonly ledgers: LedgerStore,
    private readonly txns: TxnStore,
    private readonly requests: RequestStore,
    private readonly announcements: AnnounceStore,
    private readonly documents: DocumentView,
    private readonly customers: DoWriteCustomer,
    private readonly clock: SandboxClock,
    private readonly webhooks: DeliverWebhooks,
  ) {}

  /** Answers `{<Entity>: {...}, time}`. @throws ApiFault */
  async write(request: WriteRequest): Promise<ExactObject> {
    const reply = await this.runner.run([], (tx) => this.#writeOnce(tx, request));
    this.webhooks.soon();
    return reply;
  }

  async #writeOnce(tx: Tx, request: WriteRequest): Promise<ExactObject> {
    const { realmId, requestId } = request;
    const company = await this.companies.lock(tx, realmId);
    if (company === undefined) throw notFound(`company ${realmId}`);
    if (requestId !== undefined && requestId.length > REQUEST_ID_MOST) throw tooLong('requestid', REQUEST_ID_MOST);
    const before = requestId === undefined ? undefined : await this.requests.reply(tx, realmId, requestId);
    if (before !== undefined) return before;
    const context = await this.#contextOf(tx, company, request);
    const document =
      request.entity === 'Customer'
        ? await this.customers.write(tx, request, context)
        : await this.#txn(tx, request, context);
    const reply = { [request.entity]: document, time: inMillis(this.clock.now(), company.timeZone) };
    if (requestId !== undefined) await this.requests.keep(tx, realmId, requestId, reply, context.now);
    return reply;
  }

  async #txn(tx: Tx, request: WriteRequest, context: WriteContext): Promise<ExactObject> {
    const { realmId, entity, operation, body } = request as WriteRequest & { entity: TxnKind };
    const { company } = context;
    const ledger = await this.ledgers.load(tx, realmId, idsIn(request), numeric([refOf(body, 'CustomerRef')]));
    const { txn, changed, announced } = decideWrite(ledger, entity, operation, body, context);
    await this.#checkDocNumber(tx, request, txn.id, company);
    await this.ledgers.save(tx, realmId, ledger, changed);
    await this.announcements.add(tx, company, announced);
    if (txn.state === 'deleted') return { domain: 'QBO', status: 'Deleted', Id: txn.id };
    const [document] = await this.documents.txns(tx, company, [txn]);
    return document!;
  }

  async #contextOf(tx: Tx, company: Company, { entity, operation, body }: WriteRequest): Promise<WriteContext> {
    const now = this.clock.nowInSeconds();
    const context = { company, now, today: localDate(now, company.timeZone), newId: '', newDocNumber: '' };
    if (operation !== 'create' && operation !== 'update') return context;
    const isCustomer = entity === 'Customer';
    const needsNumber =
      (entity === 'Invoice' || entity === 'CreditMemo') && textOf(body, 'DocNumber', 21) === undefined;
    const first = await this.companies.reserve(tx, company.realmId, {
      names: isCustomer && operation === 'create' ? 1 : 0,
      txns: !isCustomer && operation === 'create' ? 1 : 0,
      docNumbers: needsNumber ? 1 : 0,
    });
    const newId = String(isCustomer ? first.nameId : first.txnId);
    return { ...context, newId, newDocNumber: String(first.docNumber) };
  }

  /** Only numbers the client chose itself are held against it. */
  async #checkDocNumber(tx: Tx, request: WriteRequest, id: string, company: Company): Promise<void> {
    const { entity, operation, body, realmId, allowDuplicateDocNumber } = request;
    if (!company.uniqueDocNumbers || allowDuplicateDocNumber === true || entity === 'Payment' || entity === 'Customer')
      return;
    const docNumber = operation === 'create' || operation === 'update' ? textOf(body, 'DocNumber', 21) : undefined;
    if (docNumber === undefined) return;
    const other = await this.txns.idOfNumber(tx, realmId, entity, docNumber, id);
    if (other !== undefined) throw duplicateDocNumber(docNumber, entity, other);
  }
}

/** Ids a write needs loaded; what is no number names nothing. */
function idsIn({ entity, operation, body }: WriteRequest): string[] {
  const own = operation === 'create' ? [] : [idOf(body)];
  const targets = entity === 'Payment' && (operation === 'create' || operation === 'update') ? targetsOf(body) : [];
  return numeric([...own, ...targets]);
}

const numeric = (ids: readonly (string | undefined)[]): string[] =>
  ids.filter((id): id is string => id !== undefined && /^\d{1,18}$/.test(id));
