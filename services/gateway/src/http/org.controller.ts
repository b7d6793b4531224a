import { Body, Controller, Get, Patch, Res } from '@nestjs/common';
import { ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import { Caller, IdempotencyKey, ProblemError, Roles, sendReply, type CallerIdentity } from '@cashloop/service-shell';
import { IsNotEmpty, IsString, MaxLength, ValidateIf } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { DoChangeOrg, orgReply } from '../handlers/do-change-org.ts';
import { OrgStore } from '../stores/org.store.ts';

const IfGiven = (name: string): PropertyDecorator =>
  ValidateIf((object: Record<string, unknown>) => object[name] !== undefined);

export class OrgChangeBody {
  @ApiPropertyOptional() @IfGiven('name') @IsString() @IsNotEmpty() @MaxLength(200) name?: string;
  @ApiPropertyOptional({ example: 'Europe/Berlin' })
  @IfGiven('time_zone')
  @IsString()
  @MaxLength(64)
  time_zone?: string;
  @ApiPropertyOptional({ example: 'USD' }) @IfGiven('base_currency') @IsString() @MaxLength(3) base_currency?: string;
  @ApiPropertyOptional({ description: 'ISO 3166 country, or empty', example: 'US' })
  @IfGiven('calendar')
  @IsString()
  @MaxLength(2)
  calendar?: string;
}

/** The caller's org. */
@ApiTags('org')
@Controller('org')
export class OrgController {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly orgs: OrgStore,
    private readonly changeOrg: DoChangeOrg,
  ) {}

  @Get()
  async get(@Caller() caller: CallerIdentity): Promise<object> {
    const org = await this.transactions.read([caller.orgId], (tx) => this.orgs.find(tx, caller.orgId));
    if (org === undefined) throw ProblemError.notFound('org.not_found', `there is no org ${caller.orgId}`);
    return orgReply(org);
  }

  /** Changes what is named; the new state goes out as `org_upserted`. */
  @Patch()
  @Roles('admin')
  async change(
    @Body() body: OrgChangeBody,
    @Caller() caller: CallerIdentity,
    @Res() reply: FastifyReply,
    @IdempotencyKey() key?: string,
  ): Promise<void> {
    const { name, time_zone: timeZone, base_currency: baseCurrency, calendar } = body;
    sendReply(reply, await this.changeOrg.run(caller.orgId, { name, timeZone, baseCurrency, calendar }, key));
  }
}
