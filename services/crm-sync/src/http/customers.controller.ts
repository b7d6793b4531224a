import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import {
  Caller,
  EntityIdPipe,
  IdempotencyKey,
  ListQuery,
  ProblemError,
  Roles,
  sendReply,
} from '@cashloop/service-shell';
import type { Page } from '@cashloop/service-shell';
import type { FastifyReply } from 'fastify';
import { DoCreateCustomer } from '../handlers/do-create-customer.ts';
import { DoUpdateCustomer } from '../handlers/do-update-customer.ts';
import { CustomerView } from '../stores/customer.view.ts';
import { MergeProposalView } from '../stores/merge-proposal.view.ts';
import type { MergeProposal } from '../stores/merge-proposal.view.ts';
import {
  CreateCustomerBody,
  CustomerListQuery,
  CustomerPage,
  CustomerReply,
  UpdateCustomerBody,
} from './customer.dto.ts';

@ApiTags('customers')
@Controller('customers')
export class CustomersController {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly view: CustomerView,
    private readonly mergeProposals: MergeProposalView,
    private readonly create: DoCreateCustomer,
    private readonly update: DoUpdateCustomer,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List customers' })
  @ApiOkResponse({ type: CustomerPage })
  list(@Caller() caller: Caller, @Query() query: CustomerListQuery): Promise<Page<CustomerReply>> {
    return this.transactions.read([caller.orgId], (tx) => this.view.list(tx, query));
  }

  @Get('merge-proposals')
  @ApiOperation({ summary: 'List pairs of customers that may be one' })
  listMergeProposals(@Caller() caller: Caller, @Query() query: ListQuery): Promise<Page<MergeProposal>> {
    return this.transactions.read([caller.orgId], (tx) => this.mergeProposals.list(tx, query));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read one customer' })
  @ApiOkResponse({ type: CustomerReply })
  async get(@Caller() caller: Caller, @Param('id', EntityIdPipe) id: string): Promise<CustomerReply> {
    const customer = await this.transactions.read([caller.orgId], (tx) => this.view.get(tx, id));
    if (customer === undefined) throw ProblemError.notFound('customer.not_found', `there is no customer ${id}`);
    return customer;
  }

  @Post()
  @Roles('admin', 'manager', 'analyst', 'system')
  @ApiOperation({ summary: 'Create a customer' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiCreatedResponse({ type: CustomerReply })
  async post(
    @Caller() caller: Caller,
    @Body() body: CreateCustomerBody,
    @IdempotencyKey() key: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Null counts as left out, here as in a PATCH: optional fields of a JSON body may come as null.
    if (String(body.org_id ?? caller.orgId) !== caller.orgId) {
      throw new ProblemError({ status: 403, code: 'auth.other_org', detail: `org ${body.org_id} is not yours` });
    }
    const wanted = {
      name: nameOf(body),
      email: body.email ?? '',
      phone: body.phone ?? '',
      parentId: idOf(body.parent_id) ?? null,
      currency: body.currency ?? undefined,
    };
    sendReply(reply, await this.create.run(caller.orgId, wanted, key));
  }

  @Patch(':id')
  @Roles('admin', 'manager', 'analyst', 'system')
  @ApiOperation({ summary: 'Change a customer: only the fields sent' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiOkResponse({ type: CustomerReply })
  async patch(
    @Caller() caller: Caller,
    @Param('id', EntityIdPipe) id: string,
    @Body() { name, full_name, parent_id, other_currency_of, ...body }: UpdateCustomerBody,
    @IdempotencyKey() key: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const customers = { parentId: idOf(parent_id), otherCurrencyOf: idOf(other_currency_of) };
    const sent = { name: name ?? full_name, ...customers, ...body };
    // Optional fields of a JSON body may come as null; only other customers can be taken away that way.
    const given = Object.entries(sent).filter(
      ([field, value]) => value !== undefined && (value !== null || field in customers),
    );
    sendReply(reply, await this.update.run(caller.orgId, id, Object.fromEntries(given), key));
  }
}

/** @throws ProblemError 400 that names the field as it was sent */
function nameOf(body: CreateCustomerBody): string {
  const name = body.name ?? body.full_name;
  // Undefined or null.
  if (typeof name === 'string') return name;
  const sent = body.name === undefined && body.full_name === null ? 'full_name' : 'name';
  throw ProblemError.invalid(sent, 'must be given, as name or as full_name');
}

const idOf = (id: number | null | undefined): string | null | undefined => (typeof id === 'number' ? String(id) : id);
