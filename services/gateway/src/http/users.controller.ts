import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import {
  Caller,
  EntityIdPipe,
  IdempotencyKey,
  ListQuery,
  ProblemError,
  Roles,
  sendReply,
  type CallerIdentity,
  type Page,
} from '@cashloop/service-shell';
import type { FastifyReply } from 'fastify';
import { DoChangeUser } from '../handlers/do-change-user.ts';
import { DoCreateUser } from '../handlers/do-create-user.ts';
import { userReply } from '../stores/account.row.ts';
import { AccountView } from '../stores/account.view.ts';
import { NewUserBody, UserChangeBody } from './account.dto.ts';

/** People of the caller's org. */
@ApiTags('users')
@Roles('admin')
@Controller('users')
export class UsersController {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly accounts: AccountView,
    private readonly createUser: DoCreateUser,
    private readonly changeUser: DoChangeUser,
  ) {}

  @Get()
  async list(@Query() query: ListQuery, @Caller() caller: CallerIdentity): Promise<Page<object>> {
    const page = await this.transactions.read([caller.orgId], (tx) => this.accounts.users(tx, query));
    return { ...page, items: page.items.map(userReply) };
  }

  @Get(':id')
  async one(@Param('id', EntityIdPipe) id: string, @Caller() caller: CallerIdentity): Promise<object> {
    const user = await this.transactions.read([caller.orgId], (tx) => this.accounts.user(tx, id));
    if (user === undefined) throw ProblemError.notFound('user.not_found', `there is no user ${id}`);
    return userReply(user);
  }

  @Post()
  async create(
    @Body() body: NewUserBody,
    @Caller() caller: CallerIdentity,
    @Res() reply: FastifyReply,
    @IdempotencyKey() key?: string,
  ): Promise<void> {
    sendReply(reply, await this.createUser.run(caller.orgId, body, key));
  }

  @Patch(':id')
  async change(
    @Param('id', EntityIdPipe) id: string,
    @Body() body: UserChangeBody,
    @Caller() caller: CallerIdentity,
    @Res() reply: FastifyReply,
    @IdempotencyKey() key?: string,
  ): Promise<void> {
    sendReply(reply, await this.changeUser.run(caller.orgId, id, body, key));
  }
}
