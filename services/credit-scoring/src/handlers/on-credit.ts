import { Injectable } from '@nestjs/common';
import {
  topicDefs,
  type CreditLimitState,
  type CreditManualHoldState,
  type CreditSettingsState,
  type Event,
  type MessageOf,
  type OutgoingEvent,
} from '@cashloop/events';
import { Handles, type HandlerContext } from '@cashloop/messaging';
import { accountKey, isTop, type Account } from '../domain/account.ts';
import type { AccountWork } from '../domain/account-work.ts';
import { announcedLimit, announcedSettings } from '../domain/announced.ts';
import { announcedByHand, isNewer } from '../domain/manual-hold.ts';
import { AccountWorkStore } from '../stores/account-work.store.ts';
import { PolicyStore } from '../stores/policy.store.ts';

type CreditEvent = Event<MessageOf<typeof topicDefs.credit>>;

/** Restores what people set from our own topic, in replays only: live, a command writes it before it announces it. */
@Injectable()
export class OnCredit {
  constructor(
    private readonly policies: PolicyStore,
    private readonly works: AccountWorkStore,
  ) {}

  @Handles(topicDefs.credit, { projection: 'credit-commands' })
  async handle(events: readonly CreditEvent[], ctx: HandlerContext): Promise<OutgoingEvent[]> {
    await this.#restoreSettings(events.filter(isSettings), ctx);
    const told = events.filter(isOfAccount);
    const refs = told.map(({ orgId, data }) => ({ orgId, customerId: data.accountId }));
    const work = await this.works.open(ctx, refs);
    const accounts = new Map(work.accounts);
    for (const { orgId, data } of told) {
      const key = accountKey(orgId, data.accountId);
      const account = accounts.get(key);
      if (account !== undefined) accounts.set(key, restored(account, data, work));
    }
    await this.works.save(ctx.tx, work);
    return work.decisions.events;
  }

  async #restoreSettings(events: readonly Event<CreditSettingsState>[], { tx }: HandlerContext): Promise<void> {
    for (const { orgId, data, time } of events) {
      const before = await this.policies.lockSettings(tx, orgId, time);
      if (data.version <= before.version) continue;
      await this.policies.saveSettings(tx, orgId, announcedSettings(before, data), data.changedBy, time);
    }
  }
}

type AccountState = CreditLimitState | CreditManualHoldState;

function restored(account: Account, told: AccountState, work: AccountWork): Account {
  if (told.$typeName === 'cashloop.credit.v1.CreditLimitState') {
    if (!isTop(account) || told.version <= account.limit.version) return account;
    const why = { action: 'MANUAL_OVERRIDE', reason: told.reason, by: told.setBy } as const;
    return work.setLimit(account, announcedLimit(account.limit, told), why);
  }
  const byHand = announcedByHand(told);
  if (!isNewer(byHand, account)) return account;
  const action = told.held ? 'HOLD_PLACED' : 'HOLD_RELEASED';
  const why = { action, reason: told.note, by: told.placedBy } as const;
  return work.setManualHold(account, byHand, why);
}

const isOfAccount = (event: CreditEvent): event is Event<AccountState> =>
  event.data.$typeName === 'cashloop.credit.v1.CreditLimitState' ||
  event.data.$typeName === 'cashloop.credit.v1.CreditManualHoldState';
const isSettings = (event: CreditEvent): event is Event<CreditSettingsState> =>
  event.data.$typeName === 'cashloop.credit.v1.CreditSettingsState';
