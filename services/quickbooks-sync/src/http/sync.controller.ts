import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsPositive, Max } from 'class-validator';
import { TransactionRunner } from '@cashloop/persistence';
import { Caller, EntityIdPipe, Roles } from '@cashloop/service-shell';
import { DeliverCustomer, type SyncReply } from '../handlers/deliver-customer.ts';
import { DoRequestSweep, type PollAllReply } from '../handlers/do-request-sweep.ts';
import { PollInvoice, type CheckReply } from '../handlers/poll-invoice.ts';
import { StatusView, type CompanyStatus } from '../stores/status.view.ts';

class CustomersBody {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsInt({ each: true })
  @IsPositive({ each: true })
  @Max(Number.MAX_SAFE_INTEGER, { each: true })
  customer_ids!: number[];
}

@ApiTags('QuickBooks')
@Controller('qbo')
export class SyncController {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly status: StatusView,
    private readonly customers: DeliverCustomer,
    private readonly invoices: PollInvoice,
    private readonly sweeps: DoRequestSweep,
  ) {}

  @Get('status')
  @ApiOperation({ summary: 'Connected companies, how far their import is, how fresh they are' })
  async getStatus(@Caller() { orgId }: Caller): Promise<{ connected: boolean; companies: CompanyStatus[] }> {
    const companies = await this.runner.read([orgId], (tx) => this.status.companies(tx));
    return { connected: companies.some(({ state }) => state === 'live' || state === 'importing'), companies };
  }

  @Post('sync/customer/:id')
  @Roles('admin', 'manager', 'analyst', 'system')
  @HttpCode(200)
  @ApiOperation({ summary: 'Create or update one customer in QuickBooks' })
  syncCustomer(@Caller() { orgId }: Caller, @Param('id', EntityIdPipe) id: string): Promise<SyncReply> {
    return this.customers.sync(orgId, id);
  }

  @Post('sync/customers')
  @Roles('admin', 'manager', 'analyst', 'system')
  @HttpCode(200)
  @ApiOperation({ summary: 'Create or update up to 100 customers in QuickBooks' })
  async syncCustomers(
    @Caller() { orgId }: Caller,
    @Body() { customer_ids: ids }: CustomersBody,
  ): Promise<{ ok: boolean; results: SyncReply[] }> {
    const results: SyncReply[] = [];
    for (const id of new Set(ids)) results.push(await this.customers.sync(orgId, String(id)));
    return { ok: results.every(({ ok }) => ok), results };
  }

  @Post('sync/invoice/poll_all')
  @Roles('admin', 'manager', 'analyst', 'system')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ask the change feed of every company now' })
  pollAll(@Caller() { orgId }: Caller): Promise<PollAllReply> {
    return this.sweeps.request(orgId);
  }

  @Post('sync/invoice/:id/check')
  @Roles('admin', 'manager', 'analyst', 'system')
  @HttpCode(200)
  @ApiOperation({ summary: 'Read the invoice of one proposal now' })
  check(@Caller() { orgId }: Caller, @Param('id', EntityIdPipe) id: string): Promise<CheckReply> {
    return this.invoices.check(orgId, id);
  }
}
