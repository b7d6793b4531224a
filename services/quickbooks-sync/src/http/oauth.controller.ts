import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { TransactionRunner } from '@cashloop/persistence';
import { Caller, Roles } from '@cashloop/service-shell';
import { QuickBooksOAuth } from '../connectors/quickbooks/quickbooks.oauth.ts';
import { PollGrant } from '../handlers/poll-grant.ts';
import { OAuthStateStore } from '../stores/oauth-state.store.ts';
import { connectedPage } from './connected-page.ts';

class CallbackQuery {
  @IsString() @IsNotEmpty() code!: string;
  @IsString() @IsNotEmpty() state!: string;
  @Matches(/^\d{1,30}$/) realmId!: string;
}

const wantsJson = (accept: string | undefined): boolean => accept?.includes('application/json') ?? false;

@ApiTags('QuickBooks')
@Controller('qbo/oauth')
export class OAuthController {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly states: OAuthStateStore,
    private readonly oauth: QuickBooksOAuth,
    private readonly grants: PollGrant,
  ) {}

  @Get('start')
  @Roles('admin')
  @ApiOperation({
    summary: 'Begin connecting a QuickBooks company',
    description:
      'Leads to Intuit. With Accept: application/json it answers {authorize_url}, for programs that open a browser themselves.',
  })
  async start(
    @Caller() caller: Caller,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { orgId, userId } = caller;
    const state = await this.runner.run([orgId], (tx) => this.states.begin(tx, orgId, userId, new Date()));
    const url = this.oauth.authorizeUrl(state);
    if (wantsJson(accept)) await reply.send({ authorize_url: url });
    else await reply.redirect(url, 302);
  }

  @Get('callback')
  @Roles('system')
  @ApiSecurity({})
  @ApiOperation({
    summary: 'Where Intuit leads back to; the state proves who began',
    description: 'Wants no token at the gateway, which calls here with its own.',
  })
  async callback(
    @Query() query: CallbackQuery,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { company, companyName } = await this.grants.take(query);
    if (accept?.includes('text/html')) await reply.type('text/html; charset=utf-8').send(connectedPage(companyName));
    else await reply.send({ connected: true, realm_id: company, company_name: companyName });
  }
}
