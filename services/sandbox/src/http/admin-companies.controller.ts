import { Body, Controller, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import { ProblemError, Public } from '@cashloop/service-shell';
import { type BulkAnswer, DoBulkLoad, MOST_BULK_ROWS } from '../handlers/do-bulk-load.ts';
import { DoGrantAccess } from '../handlers/do-grant-access.ts';
import { DoMakeCompany } from '../handlers/do-make-company.ts';
import { DoTakePayment, type TakenPayment } from '../handlers/do-take-payment.ts';
import { CompanyStore } from '../stores/company.store.ts';
import { AdminTokenGuard, unknownCompany } from './admin-token.guard.ts';
import { ConsentDto, NewCompanyDto, TakePaymentDto } from './admin.dto.ts';

/** Companies of the stand-in: made, filled, paid and voided without the company API's limits. */
@ApiTags('admin')
@Public()
@Controller('admin/companies')
@UseGuards(AdminTokenGuard)
export class AdminCompaniesController {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly companies: CompanyStore,
    private readonly maker: DoMakeCompany,
    private readonly bulk: DoBulkLoad,
    private readonly access: DoGrantAccess,
    private readonly payments: DoTakePayment,
  ) {}

  @Post()
  @HttpCode(200)
  async make(@Body() body: NewCompanyDto): Promise<{ realm_id: string; created: boolean }> {
    const { company, created } = await this.maker.make({
      name: body.name,
      homeCurrency: body.currency,
      realmId: body.realm_id,
      timeZone: body.time_zone,
      freedPaymentMoves: body.freed_payment_moves,
    });
    return { realm_id: company.realmId, created };
  }

  @Get()
  async list(): Promise<{ items: object[] }> {
    const companies = await this.runner.read([], (tx) => this.companies.list(tx));
    const items = companies.map(({ realmId, name, homeCurrency, timeZone, createdAt }) => ({
      realm_id: realmId,
      name,
      currency: homeCurrency,
      time_zone: timeZone,
      created_at: createdAt.toISOString(),
    }));
    return { items };
  }

  /** Newline-delimited JSON. */
  @Post(':realm/bulk')
  @HttpCode(200)
  async load(@Param('realm') realm: string, @Body() body: unknown): Promise<BulkAnswer> {
    if (!Buffer.isBuffer(body)) throw ProblemError.invalid('body', 'must be sent as application/x-ndjson');
    const text = body.toString('utf8');
    if (text.trimEnd().split('\n').length > MOST_BULK_ROWS) {
      throw ProblemError.invalid('body', `must not hold more than ${MOST_BULK_ROWS} rows`);
    }
    const answer = await this.bulk.loadText(realm, text);
    if (answer === undefined) throw unknownCompany(realm);
    return answer;
  }

  @Post(':realm/consent')
  @HttpCode(200)
  async consent(
    @Param('realm') realm: string,
    @Body() body: ConsentDto | undefined,
  ): Promise<{ code: string; realm_id: string }> {
    const code = await this.access.consent(realm, body?.redirect_uri ?? null);
    if (code === undefined) throw unknownCompany(realm);
    return { code, realm_id: realm };
  }

  @Post(':realm/payments')
  @HttpCode(200)
  pay(@Param('realm') realm: string, @Body() body: TakePaymentDto): Promise<TakenPayment> {
    return this.payments.take(realm, body.invoice_id, body.amount, body.date);
  }

  @Post(':realm/invoices/:id/void')
  @HttpCode(200)
  voidInvoice(@Param('realm') realm: string, @Param('id') id: string): Promise<{ invoice_id: string }> {
    return this.payments.voidInvoice(realm, id);
  }
}
