import { Injectable } from '@nestjs/common';
import {
  topicDefs,
  type CreditLimitState,
  type CreditSettingsState,
  type Event,
  type MessageOf,
  type OutgoingEvent,
} from '@cashloop/events';
import { Handles, type HandlerContext } from '@cashloop/messaging';
import { accountKey, isTop } from '../domain/account.ts';
import { announcedEnforcement, announcedLimit } from '../domain/announced.ts';
import { AccountWorkStore } from '../stores/account-work.store.ts';
import { PolicyStore } from '../stores/policy.store.ts';

type CreditEvent = Event<MessageOf<typeof topicDefs.credit>>;

/** Restores limits and settings from our own topic, in replays only: live, a command writes them before it announces them. */
@Injectable()
export class OnCredit {
  constructor(
    private readonly policies: PolicyStore,
    private readonly works: AccountWorkStore,
  ) {}

  @Handles(topicDefs.credit, { projection: 'credit-limits' })
  async handle(events: readonly CreditEvent[], ctx: HandlerContext): Promise<OutgoingEvent[]> {
    await this.#restoreSettings(events.filter(isSettings), ctx);
    const limits = events.filter(isLimit);
    const refs = limits.map(({ orgId, data }) => ({ orgId, customerId: data.accountId }));
    const work = await this.works.open(ctx, refs);
    const accounts = new Map(work.accounts);
    for (const { orgId, data } of limits) {
      const key = accountKey(orgId, data.accountId);
      const account = accounts.get(key);
      if (account === undefined || !isTop(account) || data.version <= account.limit.version) continue;
      const why = { action: 'MANUAL_OVERRIDE', reason: data.reason, by: data.setBy } as const;
      accounts.set(key, work.setLimit(account, announcedLimit(account.limit, data), why));
    }
    await this.works.save(ctx.tx, work);
    return work.decisions.events;
  }

  /** Weights are not announced: they stay what they are. */
  async #restoreSettings(events: readonly Event<CreditSettingsState>[], { tx }: HandlerContext): Promise<void> {
    for (const { orgId, data, time } of events) {
      const before = await this.policies.lockSettings(tx, orgId, time);
      const enforcement = announcedEnforcement(data.enforcement) ?? before.enforcement;
      const { version, warnFromPercent } = data;
      if (version <= before.version) continue;
      const settings = { ...before, version, warnFromPercent, enforcement };
      await this.policies.saveSettings(tx, orgId, settings, data.changedBy, time);
    }
  }
}

const isLimit = (event: CreditEvent): event is Event<CreditLimitState> =>
  event.data.$typeName === 'cashloop.credit.v1.CreditLimitState';
const isSettings = (event: CreditEvent): event is Event<CreditSettingsState> =>
  event.data.$typeName === 'cashloop.credit.v1.CreditSettingsState';
