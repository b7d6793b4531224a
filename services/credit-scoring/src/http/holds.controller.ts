import { Controller, Get, Query } from '@nestjs/common';
import { ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import { Caller, ListQuery, type CallerIdentity } from '@cashloop/service-shell';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { HoldsView } from '../stores/holds.view.ts';
import { listedHold } from './hold-reply.ts';

/** Query of `GET /credit/holds`. Sorts: valid_from, placed_at, exposure, excess. */
export class HoldsQuery extends ListQuery {
  @ApiPropertyOptional({ enum: ['held', 'free', 'all'], default: 'held' })
  @IsIn(['held', 'free', 'all'])
  state: 'held' | 'free' | 'all' = 'held';

  @ApiPropertyOptional({ description: 'Customer at the top of the account' })
  @IsOptional()
  @Matches(/^[1-9]\d{0,17}$/, { message: 'account_id must be a whole number from 1 on' })
  account_id?: string;

  @ApiPropertyOptional({ enum: ['enforce', 'observe'] })
  @IsOptional()
  @IsIn(['enforce', 'observe'])
  enforcement?: string;
}

/** Holds of an org. */
@ApiTags('credit')
@Controller('credit/holds')
export class HoldsController {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly holds: HoldsView,
  ) {}

  /** Holds in place, newest first; released ones with `state=free`. */
  @Get()
  list(@Caller() caller: CallerIdentity, @Query() query: HoldsQuery) {
    const filter = { state: query.state, accountId: query.account_id, enforcement: query.enforcement };
    return this.runner.read([caller.orgId], async (tx) => {
      const page = await this.holds.list(tx, caller.orgId, filter, query);
      return { items: page.items.map(listedHold), next_cursor: page.next_cursor };
    });
  }
}
