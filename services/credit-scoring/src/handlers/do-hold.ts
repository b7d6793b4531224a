import { Injectable } from '@nestjs/common';
import { Commands, type CommandReply, type HandlerContext } from '@cashloop/messaging';
import { ProblemError, type CallerIdentity } from '@cashloop/service-shell';
import { accountKey, isTop } from '../domain/account.ts';
import { changedByHand } from '../domain/manual-hold.ts';
import { limitReply } from '../http/limit-reply.ts';
import { report } from '../metrics.ts';
import { AccountWorkStore } from '../stores/account-work.store.ts';
import { CustomerStore } from '../stores/customer.store.ts';

export interface HoldCommand {
  readonly caller: CallerIdentity;
  readonly idempotencyKey?: string | undefined;
  readonly clientId: string;
  readonly reason: string;
  readonly kind: 'place' | 'release';
}

/** Places a hold by hand, or ends one. Causes that the rules found stay: this ends no hold over the limit. */
@Injectable()
export class DoHold {
  constructor(
    private readonly commands: Commands,
    private readonly customers: CustomerStore,
    private readonly works: AccountWorkStore,
  ) {}

  run(command: HoldCommand): Promise<CommandReply> {
    const { caller, idempotencyKey, clientId, reason, kind } = command;
    const name = `${kind}-hold`;
    return this.commands.run({ orgId: caller.orgId, name, idempotencyKey, body: { clientId, reason } }, (ctx) =>
      this.change(command, ctx),
    );
  }

  private async change({ caller, clientId, reason, kind }: HoldCommand, ctx: Pick<HandlerContext, 'tx' | 'now'>) {
    const ref = { orgId: caller.orgId, customerId: clientId };
    if ((await this.customers.load(ctx.tx, [ref])).size === 0) {
      throw ProblemError.notFound('credit.client_unknown', `customer ${clientId} is not known here`);
    }
    const work = await this.works.open(ctx, [ref]);
    const account = work.accounts.get(accountKey(caller.orgId, clientId));
    if (account === undefined || !isTop(account)) {
      const detail = `customer ${clientId} belongs to account ${account?.rootId}; hold client ${account?.rootId}`;
      throw ProblemError.conflict('credit.not_an_account', detail);
    }
    if (kind === 'release' && account.manualHold === null) {
      throw ProblemError.conflict('credit.no_manual_hold', `account ${clientId} has no hold placed by hand`);
    }
    const action = kind === 'place' ? 'HOLD_PLACED' : 'HOLD_RELEASED';
    const manualHold = kind === 'place' ? { note: reason, by: caller.userId, since: ctx.now } : null;
    const byHand = changedByHand(account, manualHold, ctx.now);
    const after = work.setManualHold(account, byHand, { action, reason, by: caller.userId });
    await this.works.save(ctx.tx, work);
    report(work.decisions);
    return { reply: limitReply(after, ctx.now), events: work.decisions.events };
  }
}
