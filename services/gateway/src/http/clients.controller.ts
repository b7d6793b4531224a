import { Body, Controller, Get, Header, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import {
  Caller,
  EntityIdPipe,
  IdempotencyKey,
  ListQuery,
  Roles,
  sendReply,
  type CallerIdentity,
  type Page,
} from '@cashloop/service-shell';
import type { FastifyReply } from 'fastify';
import { DoChangeClient } from '../handlers/do-change-client.ts';
import { DoCreateClient } from '../handlers/do-create-client.ts';
import { clientReply } from '../stores/account.row.ts';
import { AccountView } from '../stores/account.view.ts';
import { ClientChangeBody, NewClientBody } from './account.dto.ts';

/** Programs that call the API for the caller's org. */
@ApiTags('api clients')
@Roles('admin')
@Controller('api-clients')
export class ClientsController {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly accounts: AccountView,
    private readonly createClient: DoCreateClient,
    private readonly changeClient: DoChangeClient,
  ) {}

  @Get()
  async list(@Query() query: ListQuery, @Caller() caller: CallerIdentity): Promise<Page<object>> {
    const page = await this.transactions.read([caller.orgId], (tx) => this.accounts.clients(tx, query));
    return { ...page, items: page.items.map(clientReply) };
  }

  /** The answer holds `client_secret`, this one time only. */
  @Post()
  @Header('cache-control', 'no-store')
  create(@Body() body: NewClientBody, @Caller() caller: CallerIdentity): Promise<object> {
    return this.createClient.run(caller.orgId, body, new Date());
  }

  @Patch(':id')
  async change(
    @Param('id', EntityIdPipe) id: string,
    @Body() body: ClientChangeBody,
    @Caller() caller: CallerIdentity,
    @Res() reply: FastifyReply,
    @IdempotencyKey() key?: string,
  ): Promise<void> {
    sendReply(reply, await this.changeClient.run(caller.orgId, id, body, key));
  }
}
