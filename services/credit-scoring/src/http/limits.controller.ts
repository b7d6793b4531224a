import { Body, Controller, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller, IdempotencyKey, Roles, sendReply, type CallerIdentity } from '@cashloop/service-shell';
import type { FastifyReply } from 'fastify';
import { DoSetLimits } from '../handlers/do-set-limits.ts';
import { LimitsBody, ordersOf } from './limit.body.ts';
import { NewCustomers } from './new-customers.ts';

/** Limits of many clients at once. */
@ApiTags('credit')
@Controller('credit/limits')
export class LimitsController {
  constructor(
    private readonly setLimits: DoSetLimits,
    private readonly newCustomers: NewCustomers,
  ) {}

  /** Sets up to 500 limits, all of them or none. */
  @Put()
  @Roles('manager', 'admin')
  async set(
    @Caller() caller: CallerIdentity,
    @Body() body: LimitsBody,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const orders = ordersOf(body.items);
    await this.newCustomers.arrived(
      caller.orgId,
      orders.map((order) => order.clientId),
    );
    sendReply(reply, await this.setLimits.run({ caller, idempotencyKey, orders, single: false }));
  }
}
