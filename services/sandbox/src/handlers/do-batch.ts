import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { type ExactObject, isObject } from '../domain/exact-json.ts';
import { faultMember } from '../domain/fault-answers.ts';
import { ApiFault, batchTooLarge, invalidEnum, missing, notFound, tooLong, unsupported } from '../domain/faults.ts';
import { objectsOf, textOf } from '../domain/read-body.ts';
import { parseQuery } from '../domain/query-statement.ts';
import type { Operation } from '../domain/write-request.ts';
import { CompanyStore } from '../stores/company.store.ts';
import { QueryView } from '../stores/query.view.ts';
import { DoWriteDocument } from './do-write-document.ts';

const MOST_ITEMS = 30;
const writable = ['Customer', 'Invoice', 'Payment', 'CreditMemo'] as const;

/** Up to 30 operations in one request; each stands alone, so some may fail and others not. */
@Injectable()
export class DoBatch {
  constructor(
    private readonly writes: DoWriteDocument,
    private readonly runner: TransactionRunner,
    private readonly companies: CompanyStore,
    private readonly queries: QueryView,
  ) {}

  /** @throws ApiFault 1040, 2020, 2050 */
  async run(realmId: string, body: ExactObject, requestId: string | undefined): Promise<ExactObject[]> {
    const items = objectsOf(body, 'BatchItemRequest');
    if (items.length === 0) throw missing('BatchItemRequest');
    if (items.length > MOST_ITEMS) throw batchTooLarge();
    if (requestId !== undefined && requestId.length > 36) throw tooLong('requestid', 36);
    const answers: ExactObject[] = [];
    for (const item of items) answers.push(await this.#answer(realmId, item, requestId));
    return answers;
  }

  async #answer(realmId: string, item: ExactObject, requestId: string | undefined): Promise<ExactObject> {
    const bId = textOf(item, 'bId', 100);
    try {
      return { bId, ...(await this.#run(realmId, item, requestId, bId ?? '')) };
    } catch (error) {
      if (error instanceof ApiFault) return { bId, Fault: faultMember(error) };
      throw error;
    }
  }

  async #run(realmId: string, item: ExactObject, requestId: string | undefined, bId: string): Promise<ExactObject> {
    const query = textOf(item, 'Query', 100_000);
    if (query !== undefined) return { QueryResponse: await this.#query(realmId, query) };
    const entity = writable.find((name) => isObject(item[name]));
    if (entity === undefined) throw unsupported('of this batch item');
    const answer = await this.writes.write({
      realmId,
      entity,
      operation: operationOf(item),
      body: item[entity] as ExactObject,
      requestId: requestId === undefined ? undefined : `${requestId}:${bId}`.slice(0, 50),
      allowDuplicateDocNumber: textOf(item, 'optionsData', 100) === 'allowduplicatedocnum',
    });
    return { [entity]: answer[entity] };
  }

  #query(realmId: string, statement: string): Promise<ExactObject> {
    return this.runner.read([], async (tx) => {
      const company = await this.companies.find(tx, realmId);
      if (company === undefined) throw notFound(`company ${realmId}`);
      return this.queries.answer(tx, company, parseQuery(statement));
    });
  }
}

/** A void is written as an update with optionsData "void". */
function operationOf(item: ExactObject): Operation {
  const operation = textOf(item, 'operation', 40) ?? '';
  if (operation === 'update' && textOf(item, 'optionsData', 100) === 'void') return 'void';
  if (['create', 'update', 'delete', 'void', 'send'].includes(operation)) return operation as Operation;
  throw invalidEnum('operation', operation);
}
