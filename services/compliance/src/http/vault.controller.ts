import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import { Caller, Roles } from '@cashloop/service-shell';
import type { Page } from '@cashloop/service-shell';
import { VaultView } from '../stores/vault.view.ts';
import { HeadsReply, VaultRecordReply, VaultRecordsPage, VaultRecordsQuery } from './vault.dto.ts';

@ApiTags('compliance')
@Controller('compliance/vault')
@Roles('admin', 'auditor')
export class VaultController {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly view: VaultView,
  ) {}

  @Get('head')
  @ApiOperation({
    summary: 'Where each chain of the vault ends: write these down elsewhere to prove later what was there',
  })
  @ApiOkResponse({ type: HeadsReply })
  async head(@Caller() caller: Caller): Promise<HeadsReply> {
    return { items: await this.transactions.read([caller.orgId], (tx) => this.view.heads(tx)) };
  }

  @Get('records')
  @ApiOperation({ summary: "List the org's records, by default partition by partition in order of arrival" })
  @ApiOkResponse({ type: VaultRecordsPage })
  records(@Caller() caller: Caller, @Query() query: VaultRecordsQuery): Promise<Page<VaultRecordReply>> {
    return this.transactions.read([caller.orgId], (tx) => this.view.records(tx, caller.orgId, query));
  }
}
