import axios, { type AxiosInstance } from 'axios';
import { InFlight, type QuotaBucket, withBackOff } from '@cashloop/connector-kit';
import { faultOf, isRefusal, judgeFault, QboFault, ReconsentNeeded } from './quickbooks.faults.ts';
import { child, isObject, list, parseQbo, shows, text, type QboObject } from './quickbooks.json.ts';
import type { QboEntity } from './quickbooks.mapping.ts';

/** Which company is asked, for which org. */
export interface Company {
  orgId: string;
  realmId: string;
}

/** Gives a token for a company; `rejected` is one that QuickBooks has just refused. */
export type Tokens = (company: Company, rejected?: string) => Promise<string>;

/** Told about every call, for metrics and the read budget. */
export interface CallObserver {
  called(company: Company, operation: string, metered: boolean): void;
  failed(company: Company, operation: string): void;
}

/** Rows of one entity and when they were read, on QuickBooks' clock. */
export interface QboRows {
  rows: QboObject[];
  /** ISO instant. */
  time: string;
}

/** What makes a write the same one when it is sent again. */
export interface WriteKey {
  requestId: string;
  /** It may have been sent before. */
  sent: boolean;
}

/** `found` is who has the name: this customer, another one, or nobody that is a customer (a vendor, an employee). */
export type CreateAnswer = WriteAnswer | ({ kind: 'found' } & QboRows);

export type WriteAnswer = ({ kind: 'made' } & QboRows) | { kind: 'refused'; fault: QboFault };

/** The change feed's answer. */
export interface QboChanges {
  rows: { entity: QboEntity; object: QboObject; deleted: boolean }[];
  /** ISO instant. */
  time: string;
}

interface Call {
  operation: string;
  method: 'GET' | 'POST';
  path: string;
  params?: Record<string, string>;
  body?: string;
  contentType?: string;
}

const IDS_PER_CALL = 200;
const TIMEOUT_MS = 30_000;
const BACK_OFF = { baseMs: 500, maxMs: 20_000, attempts: 5 };
// Intuit's limits per company: 500 calls a minute (the bucket's), 10 at a time.
const CALLS_AT_ONCE = 8;

/** Speaks QuickBooks Online's accounting API, version 3, in its own words. Never called inside a transaction. */
export class QuickBooksClient {
  readonly #http: AxiosInstance;
  readonly #tokens: Tokens;
  readonly #quota: QuotaBucket;
  readonly #observer: CallObserver;
  readonly #inFlight = new InFlight(CALLS_AT_ONCE);

  constructor(options: { baseUrl: string; tokens: Tokens; quota: QuotaBucket; observer: CallObserver }) {
    this.#tokens = options.tokens;
    this.#quota = options.quota;
    this.#observer = options.observer;
    this.#http = axios.create({
      baseURL: options.baseUrl,
      timeout: TIMEOUT_MS,
      responseType: 'text',
      transformResponse: (body: unknown) => body,
      validateStatus: () => true,
      headers: { Accept: 'application/json' },
    });
  }

  /** Rows of one page, ordered by Id, inactive customers included. */
  async page(
    company: Company,
    entity: QboEntity,
    page: { start: number; size: number; since?: string },
  ): Promise<QboRows> {
    const where = whereOf(entity, page.since);
    const statement = `SELECT * FROM ${entity}${where} ORDERBY Id STARTPOSITION ${page.start} MAXRESULTS ${page.size}`;
    return this.#query(company, entity, statement);
  }

  async count(company: Company, entity: QboEntity, since?: string): Promise<number> {
    const call = queryCall(entity, `SELECT COUNT(*) FROM ${entity}${whereOf(entity, since)}`);
    return this.#ask(company, call, (body) => Number(text(answerOf(body), 'totalCount') || 0));
  }

  /** The rows that still exist of the ids asked for; `time` is that of the earliest answer. */
  async byIds(company: Company, entity: QboEntity, ids: readonly string[]): Promise<QboRows> {
    const chunks: string[][] = [];
    for (let i = 0; i < ids.length; i += IDS_PER_CALL) chunks.push(ids.slice(i, i + IDS_PER_CALL));
    const answers = await Promise.all(
      chunks.map((chunk) => this.#ask(company, idsCall(entity, chunk), (body) => rowsIn(body, entity))),
    );
    const times = answers.map((answer) => answer.time).sort();
    return { rows: answers.flatMap((answer) => answer.rows), time: times[0] ?? new Date().toISOString() };
  }

  /** What changed since an instant, at most 1000 objects, deletions included. */
  async changes(company: Company, entities: readonly QboEntity[], since: string): Promise<QboChanges> {
    const call: Call = {
      operation: 'cdc',
      method: 'GET',
      path: 'cdc',
      params: { entities: entities.join(','), changedSince: since },
    };
    return this.#ask(company, call, (body) => changesIn(body, entities));
  }

  async companyInfo(company: Company): Promise<{ info: QboObject; time: string }> {
    const call: Call = { operation: 'companyinfo', method: 'GET', path: `companyinfo/${company.realmId}` };
    return this.#ask(company, call, (body) => ({ info: partOf(body, 'CompanyInfo'), time: timeOf(body) }));
  }

  async preferences(company: Company): Promise<QboObject> {
    const call: Call = { operation: 'preferences', method: 'GET', path: 'preferences' };
    return this.#ask(company, call, (body) => partOf(body, 'Preferences'));
  }

  /**
   * Changes a customer. Before it is sent again the customer is looked at: it may show the change. Where it does not, the
   * request id makes QuickBooks answer the first result again, and the SyncToken keeps it from undoing a later change.
   * @param object holds Id, SyncToken and sparse
   */
  async updateCustomer(company: Company, object: QboObject, { requestId, sent }: WriteKey): Promise<WriteAnswer> {
    const call = saveCall(object, requestId);
    let unclear = sent;
    return this.#repeating(company, call.operation, async () => {
      if (unclear) {
        const { rows, time } = rowsIn(
          await this.#withToken(company, idsCall('Customer', [text(object, 'Id')])),
          'Customer',
        );
        if (rows[0] !== undefined && shows(rows[0], fieldsOf(object))) return { kind: 'made', rows, time };
      }
      unclear = true;
      return this.#save(company, call);
    });
  }

  /**
   * Creates a customer. Before it is sent again it is looked up by its name, which is unique; where somebody has changed
   * the name meanwhile, the request id makes QuickBooks answer the first result again.
   */
  async createCustomer(company: Company, object: QboObject, { requestId, sent }: WriteKey): Promise<CreateAnswer> {
    const call = saveCall(object, requestId);
    const lookUp = async (): Promise<CreateAnswer & QboRows> => {
      const body = await this.#withToken(company, nameCall(text(object, 'DisplayName')));
      return { kind: 'found', ...rowsIn(body, 'Customer') };
    };
    let unclear = sent;
    return this.#repeating(company, call.operation, async () => {
      if (unclear) {
        const found = await lookUp();
        if (found.rows.length > 0) return found;
      }
      unclear = true;
      const answer = await this.#save(company, call);
      return answer.kind === 'refused' && answer.fault.kind === 'duplicate_name' ? lookUp() : answer;
    });
  }

  /** @throws QboFault when it is unclear what became of it */
  async #save(company: Company, call: Call): Promise<WriteAnswer> {
    try {
      return { kind: 'made', ...savedCustomer(await this.#withToken(company, call)) };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#observer.failed(company, call.operation);
      return { kind: 'refused', fault: error };
    }
  }

  async #query(company: Company, entity: QboEntity, statement: string): Promise<QboRows> {
    return this.#ask(company, queryCall(entity, statement), (body) => rowsIn(body, entity));
  }

  /** @param take throws a QboFault when the answer is not the one asked for */
  #ask<R>(company: Company, call: Call, take: (body: QboObject) => R): Promise<R> {
    return this.#repeating(company, call.operation, async () => take(await this.#withToken(company, call)));
  }

  /** Repeats what is worth repeating. */
  async #repeating<R>(company: Company, operation: string, work: () => Promise<R>): Promise<R> {
    try {
      return await withBackOff(BACK_OFF, work, judgeFault);
    } catch (error) {
      if (error instanceof QboFault) this.#observer.failed(company, operation);
      if (error instanceof ReconsentNeeded) this.#observer.failed(company, 'token');
      throw error;
    }
  }

  /** A refused token is refreshed once. */
  async #withToken(company: Company, call: Call): Promise<QboObject> {
    const token = await this.#tokens(company);
    try {
      return await this.#send(company, call, token);
    } catch (error) {
      if (!(error instanceof QboFault) || error.kind !== 'token_expired') throw error;
      return this.#send(company, call, await this.#tokens(company, token));
    }
  }

  async #send(company: Company, call: Call, token: string): Promise<QboObject> {
    await this.#quota.wait(`quickbooks:${company.realmId}`);
    return this.#inFlight.run(company.realmId, async () => {
      this.#observer.called(company, call.operation, call.method === 'GET' || call.path === 'query');
      const response = await this.#http
        .request<string>({
          method: call.method,
          url: `/v3/company/${encodeURIComponent(company.realmId)}/${call.path}`,
          params: { minorversion: '75', ...call.params },
          data: call.body,
          headers: {
            Authorization: `Bearer ${token}`,
            ...(call.contentType ? { 'Content-Type': call.contentType } : {}),
          },
        })
        .catch((error: unknown) => {
          throw new QboFault('unreachable', '', 0, `QuickBooks could not be reached: ${(error as Error).message}`);
        });
      const body = parsed(response.data);
      const fault = faultOf(response.status, body, response.headers as Record<string, unknown>);
      if (fault !== undefined) throw fault;
      return body as QboObject;
    });
  }
}

// A statement as body has no length limit; as part of the address it would.
const queryCall = (entity: QboEntity, statement: string): Call => ({
  operation: `query_${entity.toLowerCase()}`,
  method: 'POST',
  path: 'query',
  body: statement,
  contentType: 'application/text',
});

function idsCall(entity: QboEntity, ids: readonly string[]): Call {
  const active = entity === 'Customer' ? ' AND Active IN (true, false)' : '';
  const quoted = ids.map((id) => `'${id}'`).join(', ');
  return queryCall(entity, `SELECT * FROM ${entity} WHERE Id IN (${quoted})${active} MAXRESULTS 1000`);
}

const saveCall = (object: QboObject, requestId: string): Call => ({
  operation: 'customer_save',
  method: 'POST',
  path: 'customer',
  params: { requestid: requestId },
  body: JSON.stringify(object),
  contentType: 'application/json',
});

/** Also an inactive one: its name is taken all the same. */
function nameCall(displayName: string): Call {
  const name = displayName.replace(/[\\']/g, '\\$&');
  return queryCall('Customer', `SELECT * FROM Customer WHERE DisplayName = '${name}' AND Active IN (true, false)`);
}

/** What a sparse update says of the customer itself. */
const fieldsOf = ({ SyncToken: _token, sparse: _sparse, ...fields }: QboObject): QboObject => fields;

function whereOf(entity: QboEntity, since: string | undefined): string {
  const conditions = entity === 'Customer' ? ['Active IN (true, false)'] : [];
  if (since !== undefined) conditions.push(`MetaData.LastUpdatedTime >= '${since}'`);
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

const rowsIn = (body: QboObject, entity: QboEntity): QboRows => ({
  rows: list(answerOf(body), entity),
  time: timeOf(body),
});

/**
 * What a query found; an empty object is no hit. Anything else says nothing of the rows: taken for no hit, documents
 * that are there would be deleted.
 * @throws QboFault
 */
function answerOf(body: QboObject): QboObject {
  if (!isObject(body['QueryResponse'])) throw unexpected('a query without a QueryResponse');
  return faultless(body['QueryResponse']);
}

/** @throws QboFault when it is no answer of the feed, or one that leaves changes out */
function changesIn(body: QboObject, entities: readonly QboEntity[]): QboChanges {
  if (!Array.isArray(body['CDCResponse'])) throw unexpected('the change feed without a CDCResponse');
  const responses = list(body, 'CDCResponse').map(faultless);
  const blocks = responses.flatMap((response) => list(response, 'QueryResponse')).map(faultless);
  if (blocks.length === 0) throw unexpected('the change feed without a QueryResponse');
  const rows = blocks.flatMap((block) =>
    entities.flatMap((entity) =>
      list(block, entity).map((object) => ({ entity, object, deleted: text(object, 'status') === 'Deleted' })),
    ),
  );
  return { rows, time: timeOf(body) };
}

/** @throws QboFault when it is missing: taken for one that says nothing, it would tell a company's currency wrong for good */
function partOf(body: QboObject, name: string): QboObject {
  if (!isObject(body[name])) throw unexpected(`without ${name}`);
  return body[name];
}

/** A part of an answer may be a fault, while the answer is none. */
function faultless(part: QboObject): QboObject {
  const fault = faultOf(200, part, {});
  if (fault !== undefined) throw fault;
  return part;
}

// What became of the call is as open as without an answer.
const unexpected = (what: string): QboFault => new QboFault('system', '', 200, `QuickBooks answered ${what}`);

/** @throws QboFault when the answer names no customer: what became of the write is then as open as without one */
function savedCustomer(body: QboObject): QboRows {
  const customer = child(body, 'Customer');
  if (text(customer, 'Id') === '') throw unexpected('a save without a customer');
  return { rows: [customer], time: timeOf(body) };
}

function parsed(body: string): unknown {
  try {
    return parseQbo(body);
  } catch {
    // Without our Accept header a proxy on the way may answer XML or HTML.
    return undefined;
  }
}

function timeOf(body: QboObject): string {
  const time = new Date(text(body, 'time'));
  return (Number.isNaN(time.getTime()) ? new Date() : time).toISOString();
}
