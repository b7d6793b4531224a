import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Tx, TransactionRunner } from '@cashloop/persistence';
import { Public } from '@cashloop/service-shell';
import type { Company } from '../domain/company.ts';
import { exactNumber, type ExactObject } from '../domain/exact-json.ts';
import { rateOf } from '../domain/exchange-rates.ts';
import { invalidValue, missing, notFound, queryInvalid, unsupported } from '../domain/faults.ts';
import { entityNamed, hasFeed } from '../domain/known-entities.ts';
import { parseQuery } from '../domain/query-statement.ts';
import { preferences, staticRows } from '../domain/static-entities.ts';
import { localDate, readTimestamp } from '../domain/timestamps.ts';
import { ChangeView } from '../stores/change.view.ts';
import { CompanyStore } from '../stores/company.store.ts';
import { CustomerStore } from '../stores/customer.store.ts';
import { DocumentView } from '../stores/document.view.ts';
import { QueryView } from '../stores/query.view.ts';
import { SandboxClock } from '../stores/sandbox-clock.store.ts';
import { TxnStore } from '../stores/txn.store.ts';
import { AccessTokenGuard } from './access-token.guard.ts';
import { ApiFaultFilter } from './api-fault.filter.ts';
import { ApiInterceptor } from './api.interceptor.ts';
import { type ApiQuery, oneOf } from './api-request.ts';
import { InFlightGuard } from './in-flight.guard.ts';

const LOOK_BACK_MS = 30 * 86_400_000;

/** Query, change feed and single reads of the company API. */
@ApiExcludeController()
@Public()
@Controller('v3/company/:realm')
@UseGuards(InFlightGuard, AccessTokenGuard)
@UseInterceptors(ApiInterceptor)
@UseFilters(ApiFaultFilter)
export class ReadingController {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly companies: CompanyStore,
    private readonly customers: CustomerStore,
    private readonly txns: TxnStore,
    private readonly documents: DocumentView,
    private readonly queries: QueryView,
    private readonly changes: ChangeView,
    private readonly clock: SandboxClock,
  ) {}

  @Get('query')
  query(@Param('realm') realm: string, @Query() query: ApiQuery): Promise<ExactObject> {
    return this.#query(realm, oneOf(query, 'query'));
  }

  @Post('query')
  @HttpCode(200)
  postedQuery(@Param('realm') realm: string, @Body() body: unknown): Promise<ExactObject> {
    return this.#query(realm, Buffer.isBuffer(body) ? body.toString('utf8') : undefined);
  }

  @Get('cdc')
  changed(@Param('realm') realm: string, @Query() query: ApiQuery): Promise<ExactObject> {
    return this.#in(realm, async (tx, company) => {
      const entities = feedEntities(oneOf(query, 'entities'));
      const since = sinceOf(oneOf(query, 'changedSince'), company, this.clock.now());
      return { CDCResponse: [{ QueryResponse: await this.changes.since(tx, company, entities, since) }] };
    });
  }

  @Get('preferences')
  preferences(@Param('realm') realm: string): Promise<ExactObject> {
    return this.#in(realm, async (_, company) => ({ Preferences: preferences(company) }));
  }

  @Get('exchangerate')
  exchangeRate(@Param('realm') realm: string, @Query() query: ApiQuery): Promise<ExactObject> {
    return this.#in(realm, async (_, company) => {
      const SourceCurrencyCode = oneOf(query, 'sourcecurrencycode');
      if (SourceCurrencyCode === undefined) throw missing('sourcecurrencycode');
      const AsOfDate = oneOf(query, 'asofdate') ?? localDate(this.clock.now(), company.timeZone);
      const Rate = exactNumber(rateOf(SourceCurrencyCode, company.homeCurrency));
      const names = { SourceCurrencyCode, TargetCurrencyCode: company.homeCurrency };
      return { ExchangeRate: { domain: 'QBO', sparse: false, ...names, Rate, AsOfDate } };
    });
  }

  @Get(':entity/:id')
  read(@Param('realm') realm: string, @Param('entity') path: string, @Param('id') id: string): Promise<ExactObject> {
    return this.#in(realm, async (tx, company) => {
      const entity = entityNamed(path) ?? path;
      const document = await this.#find(tx, company, entity, id);
      if (document === undefined) throw notFound(`${entity} ${id}`);
      return { [entity]: document };
    });
  }

  async #find(tx: Tx, company: Company, entity: string, id: string): Promise<ExactObject | undefined> {
    if (entity === 'CompanyInfo') return staticRows(entity, company)[0];
    if (!/^\d{1,18}$/.test(id)) return undefined;
    if (entity === 'Item' || entity === 'Account') return staticRows(entity, company).find((row) => row['Id'] === id);
    if (entity === 'Customer') {
      const found = await this.customers.findAll(tx, company.realmId, [id]);
      return (await this.documents.customers(tx, company, found))[0];
    }
    if (entity !== 'Invoice' && entity !== 'Payment' && entity !== 'CreditMemo') throw unsupported(`read on ${entity}`);
    const found = await this.txns.findAll(tx, company.realmId, [id]);
    const living = found.filter((txn) => txn.kind === entity && txn.state !== 'deleted');
    return (await this.documents.txns(tx, company, living))[0];
  }

  #query(realm: string, statement: string | undefined): Promise<ExactObject> {
    return this.#in(realm, async (tx, company) => {
      if (statement === undefined) throw missing('query');
      return { QueryResponse: await this.queries.answer(tx, company, parseQuery(statement)) };
    });
  }

  #in(realm: string, fn: (tx: Tx, company: Company) => Promise<ExactObject>): Promise<ExactObject> {
    return this.runner.read([], async (tx) => {
      const company = await this.companies.find(tx, realm);
      if (company === undefined) throw notFound(`company ${realm}`);
      return fn(tx, company);
    });
  }
}

function feedEntities(text: string | undefined): string[] {
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw missing('entities');
  return names.map((name) => {
    const entity = entityNamed(name);
    if (entity === undefined || !hasFeed(entity)) throw queryInvalid(`Invalid Entity name : ${name}`);
    return entity;
  });
}

/** @throws ApiFault 2020, 2010, 4001 when it lies more than 30 days back */
function sinceOf(text: string | undefined, company: Company, now: Date): Date {
  if (text === undefined) throw missing('changedSince');
  // A plus sign that was not encoded arrives as a space.
  const since = readTimestamp(text.replace(/ (?=\d{2}:?\d{2}$)/, '+'), company.timeZone);
  if (since === undefined) throw invalidValue('changedSince', 'is not a timestamp');
  if (now.getTime() - since.getTime() > LOOK_BACK_MS)
    throw queryInvalid('changedSince must lie within the last 30 days');
  return since;
}
