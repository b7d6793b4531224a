import { Body, Controller, Delete, Get, Param, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TransactionRunner, type Tx } from '@cashloop/persistence';
import {
  Caller,
  EntityIdPipe,
  IdempotencyKey,
  ListQuery,
  ProblemError,
  Roles,
  sendReply,
  type CallerIdentity,
} from '@cashloop/service-shell';
import type { FastifyReply } from 'fastify';
import { DoHold } from '../handlers/do-hold.ts';
import { DoSetLimits } from '../handlers/do-set-limits.ts';
import { AuditView } from '../stores/audit.view.ts';
import { ClientView, type Client } from '../stores/client.view.ts';
import { FactsView } from '../stores/facts.view.ts';
import { auditReply } from './audit-reply.ts';
import { clientReply } from './client-reply.ts';
import { factsReply } from './facts-reply.ts';
import { HoldBody } from './hold.body.ts';
import { LimitBody, orderOf } from './limit.body.ts';
import { NewCustomers } from './new-customers.ts';

/** Credit of one client. */
@ApiTags('credit')
@Controller('credit/clients/:id')
export class ClientsController {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly clients: ClientView,
    private readonly factRows: FactsView,
    private readonly auditLines: AuditView,
    private readonly setLimits: DoSetLimits,
    private readonly holdByHand: DoHold,
    private readonly newCustomers: NewCustomers,
  ) {}

  /** Limit in force, exposure, standing and hold of the account a client belongs to. */
  @Get()
  client(@Caller() caller: CallerIdentity, @Param('id', EntityIdPipe) id: string) {
    return this.#read(caller, id, async (_, client) => clientReply(client, new Date()));
  }

  /** The documents behind a decision, enough to recompute it. */
  @Get('facts')
  facts(@Caller() caller: CallerIdentity, @Param('id', EntityIdPipe) id: string) {
    return this.#read(caller, id, async (tx, client) =>
      factsReply(client, await this.factRows.read(tx, caller.orgId, client.account.memberIds), new Date()),
    );
  }

  /** Who changed what about an account, newest first. */
  @Get('audit')
  @Roles('admin', 'auditor')
  audit(@Caller() caller: CallerIdentity, @Param('id', EntityIdPipe) id: string, @Query() query: ListQuery) {
    return this.#read(caller, id, async (tx, client) => {
      const page = await this.auditLines.list(tx, caller.orgId, client.account.accountId, query);
      return { items: page.items.map(auditReply), next_cursor: page.next_cursor };
    });
  }

  /** Sets the limit by hand, for good or until `expires_at`. */
  @Put('limit')
  @Roles('manager', 'admin')
  async limit(
    @Caller() caller: CallerIdentity,
    @Param('id', EntityIdPipe) id: string,
    @Body() body: LimitBody,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const order = orderOf(id, body, '', new Date());
    await this.newCustomers.arrived(caller.orgId, [id]);
    sendReply(reply, await this.setLimits.run({ caller, idempotencyKey, orders: [order], single: true }));
  }

  /** Holds the account by hand, until it is released by hand. */
  @Put('hold')
  @Roles('manager', 'admin')
  async hold(
    @Caller() caller: CallerIdentity,
    @Param('id', EntityIdPipe) clientId: string,
    @Body() { reason }: HoldBody,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.newCustomers.arrived(caller.orgId, [clientId]);
    sendReply(reply, await this.holdByHand.run({ caller, idempotencyKey, clientId, reason, kind: 'place' }));
  }

  /** Ends a hold that was placed by hand; what the rules found stays. */
  @Delete('hold')
  @Roles('manager', 'admin')
  async release(
    @Caller() caller: CallerIdentity,
    @Param('id', EntityIdPipe) clientId: string,
    @Body() { reason }: HoldBody,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendReply(reply, await this.holdByHand.run({ caller, idempotencyKey, clientId, reason, kind: 'release' }));
  }

  async #read<T>({ orgId }: CallerIdentity, id: string, fn: (tx: Tx, client: Client) => Promise<T>): Promise<T> {
    const readOnce = (): Promise<{ answer: T } | undefined> =>
      this.runner.read([orgId], async (tx) => {
        const client = await this.clients.read(tx, orgId, id);
        return client && { answer: await fn(tx, client) };
      });
    let found = await readOnce();
    if (found === undefined) {
      await this.newCustomers.arrived(orgId, [id]);
      found = await readOnce();
    }
    if (found === undefined) throw ProblemError.notFound('credit.client_unknown', `customer ${id} is not known here`);
    return found.answer;
  }
}
