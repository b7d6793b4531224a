import { Body, Controller, Delete, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import { ProblemError, Public } from '@cashloop/service-shell';
import { type InjectedFault, InjectedFaults } from '../domain/injected-faults.ts';
import { DoMakeSample, type SampleEntry } from '../handlers/do-make-sample.ts';
import { SandboxClock } from '../stores/sandbox-clock.store.ts';
import { WebhookStore } from '../stores/webhook.store.ts';
import { AdminTokenGuard, unknownCompany } from './admin-token.guard.ts';
import { ClockDto, FaultDto, SampleDto } from './admin.dto.ts';

/** The stand-in's world: its clock, its faults, its sample company. */
@ApiTags('admin')
@Public()
@Controller('admin')
@UseGuards(AdminTokenGuard)
export class AdminWorldController {
  constructor(
    private readonly clock: SandboxClock,
    private readonly faults: InjectedFaults,
    private readonly samples: DoMakeSample,
    private readonly runner: TransactionRunner,
    private readonly webhooks: WebhookStore,
  ) {}

  @Post('faults')
  @HttpCode(200)
  addFault(@Body() { kind, realm, times }: FaultDto): { waiting: readonly InjectedFault[] } {
    this.faults.add({ kind, realm, times: times ?? 1 });
    return { waiting: this.faults.list() };
  }

  @Get('faults')
  listFaults(): { waiting: readonly InjectedFault[] } {
    return { waiting: this.faults.list() };
  }

  @Delete('faults')
  clearFaults(): { waiting: readonly InjectedFault[] } {
    this.faults.clear();
    return { waiting: this.faults.list() };
  }

  @Get('clock')
  now(): { now: string } {
    return { now: this.clock.now().toISOString() };
  }

  @Post('clock')
  @HttpCode(200)
  async moveClock(@Body() { advance_ms, set, reset }: ClockDto): Promise<{ now: string }> {
    if ([advance_ms, set, reset].filter((one) => one !== undefined).length !== 1) {
      throw ProblemError.invalid('body', 'must hold exactly one of advance_ms, set, reset');
    }
    if (advance_ms !== undefined) await this.clock.advance(advance_ms);
    else if (set !== undefined) await this.clock.moveTo(new Date(set));
    else await this.clock.reset();
    return this.now();
  }

  /** How many announcements wait to be delivered. */
  @Get('webhooks')
  async waiting(): Promise<{ waiting: number }> {
    return { waiting: await this.runner.read([], (tx) => this.webhooks.waiting(tx)) };
  }

  @Post('sample')
  @HttpCode(200)
  async sample(@Body() body: SampleDto | undefined): Promise<object> {
    const { realmId, list } = await this.samples.make(body?.seed ?? 1, body?.customers ?? 200);
    return { realm_id: realmId, customers: list.map(entry) };
  }

  @Get('companies/:realm/sample')
  async sampleOf(@Param('realm') realm: string): Promise<object> {
    const list = await this.samples.list(realm);
    if (list === undefined) throw unknownCompany(realm);
    return { realm_id: realm, customers: list.map(entry) };
  }
}

const entry = (customer: SampleEntry): object => ({
  external_id: customer.externalId,
  display_name: customer.displayName,
  credit_limit: customer.creditLimit,
  external_rating: customer.externalRating,
});
