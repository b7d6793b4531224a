import { Injectable } from '@nestjs/common';
import { Commands, type CommandReply, type HandlerContext } from '@cashloop/messaging';
import { parseMoney, ProblemError, type CallerIdentity, type FieldFault } from '@cashloop/service-shell';
import { accountKey, isTop, type Account } from '../domain/account.ts';
import { setLimit } from '../domain/limit.ts';
import { report } from '../metrics.ts';
import { AccountWorkStore } from '../stores/account-work.store.ts';
import { CustomerStore } from '../stores/customer.store.ts';
import { limitReply, type LimitReply } from '../http/limit-reply.ts';

/** A limit as a person gives it. */
export interface LimitOrder {
  readonly clientId: string;
  /** A plain decimal in the account's currency. */
  readonly limit: string;
  readonly reason: string;
  readonly expiresAt: Date | null;
  /** Hold the account when the limit falls below its exposure; without it such a limit only warns. */
  readonly hold: boolean;
  /** Where it stands in the request, for faults: empty, or `items.3.`. */
  readonly path: string;
}

export interface LimitCommand {
  readonly caller: CallerIdentity;
  readonly idempotencyKey?: string | undefined;
  readonly orders: readonly LimitOrder[];
  /** One order: answered by itself, not as a list. */
  readonly single: boolean;
}

/** Sets limits: all of them or none. */
@Injectable()
export class DoSetLimits {
  constructor(
    private readonly commands: Commands,
    private readonly customers: CustomerStore,
    private readonly works: AccountWorkStore,
  ) {}

  run(command: LimitCommand): Promise<CommandReply> {
    const { caller, idempotencyKey, orders, single } = command;
    const name = single ? 'set-limit' : 'set-limits';
    return this.commands.run({ orgId: caller.orgId, name, idempotencyKey, body: orders }, (ctx) =>
      this.set(command, ctx),
    );
  }

  private async set({ caller, orders, single }: LimitCommand, ctx: Pick<HandlerContext, 'tx' | 'now'>) {
    const refs = orders.map((order) => ({ orgId: caller.orgId, customerId: order.clientId }));
    const known = await this.customers.load(ctx.tx, refs);
    refuseUnknown(orders.filter((order) => !known.has(accountKey(caller.orgId, order.clientId))));
    const work = await this.works.open(ctx, refs);
    const replies: LimitReply[] = orders.map((order) => {
      const account = topOf(work.accounts.get(accountKey(caller.orgId, order.clientId)), order);
      const limit = setLimit(
        account.limit,
        parseMoney(order.limit, account.currency ?? '', `${order.path}limit`),
        order.expiresAt,
      );
      const why = { action: 'MANUAL_OVERRIDE', reason: order.reason, by: caller.userId } as const;
      return limitReply(work.setLimit(account, limit, why, order.hold), ctx.now);
    });
    await this.works.save(ctx.tx, work);
    report(work.decisions);
    return { reply: single ? replies[0] : { items: replies }, events: work.decisions.events };
  }
}

function refuseUnknown(orders: readonly LimitOrder[]): void {
  const [first] = orders;
  if (first === undefined) return;
  const errors: FieldFault[] = orders.map((order) => ({
    field: `${order.path}client_id`,
    message: 'is no known customer',
  }));
  const detail = `customer ${first.clientId} is not known here; create it with POST /customers and wait a moment`;
  throw new ProblemError({
    status: 404,
    code: 'credit.client_unknown',
    detail,
    errors: first.path === '' ? [] : errors,
  });
}

function topOf(account: Account | undefined, order: LimitOrder): Account {
  if (account === undefined)
    throw ProblemError.notFound('credit.client_unknown', `customer ${order.clientId} is not known here`);
  if (!isTop(account)) {
    const detail = `customer ${order.clientId} belongs to account ${account.rootId}; set the limit of client ${account.rootId}`;
    throw ProblemError.conflict('credit.not_an_account', detail);
  }
  if (account.currency === null) {
    const detail = `the currency of account ${account.accountId} is not known yet; try again in a moment`;
    throw ProblemError.conflict('credit.currency_unknown', detail);
  }
  return account;
}
