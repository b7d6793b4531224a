import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import { ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import { Caller, IdempotencyKey, Roles, sendReply, type CallerIdentity } from '@cashloop/service-shell';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { DEFAULT_SETTINGS, ENFORCEMENTS, type Enforcement } from '../domain/settings.ts';
import { DoSetSettings } from '../handlers/do-set-settings.ts';
import { SettingsView } from '../stores/settings.view.ts';
import { settingsReply } from './settings-reply.ts';

const Weight = (): PropertyDecorator => (target, name) => {
  ApiPropertyOptional({ minimum: 0, maximum: 100, description: 'Percent; all six sum to 100' })(target, name);
  for (const decorate of [IsOptional(), IsInt(), Min(0), Max(100)]) decorate(target, name);
};

/** Body of `PUT /credit/settings`. What is left out stays. */
export class SettingsBody {
  @Weight() revenueMomentumWeight?: number;
  @Weight() cashCollectionWeight?: number;
  @Weight() profitabilityWeight?: number;
  @Weight() debtAgingWeight?: number;
  @Weight() repaymentVelocityWeight?: number;
  @Weight() tenureWeight?: number;

  @ApiPropertyOptional({
    enum: ENFORCEMENTS,
    description: 'enforce: holds take effect; observe: they are only listed; off: none',
  })
  @IsOptional()
  @IsIn(ENFORCEMENTS)
  enforcement?: Enforcement;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: 100,
    description: 'Utilisation in percent from which an account is warned',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  warnFromPercent?: number;
}

/** An org's credit policy. */
@ApiTags('credit')
@Controller('credit/settings')
export class SettingsController {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly settings: SettingsView,
    private readonly setSettings: DoSetSettings,
  ) {}

  /** Weights of the signals, enforcement, warning threshold. */
  @Get()
  get(@Caller() { orgId }: CallerIdentity) {
    return this.runner.read([orgId], async (tx) =>
      settingsReply((await this.settings.read(tx, orgId)) ?? DEFAULT_SETTINGS),
    );
  }

  /** Changes them for all future decisions; a change of enforcement judges the accounts it matters to at once. */
  @Put()
  @Roles('admin')
  async put(
    @Caller() caller: CallerIdentity,
    @Body() order: SettingsBody,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendReply(reply, await this.setSettings.run({ caller, idempotencyKey, order }));
  }
}
