import { Injectable } from '@nestjs/common';
import { Commands, type CommandReply, type HandlerContext } from '@cashloop/messaging';
import { ProblemError, type CallerIdentity } from '@cashloop/service-shell';
import { isTop } from '../domain/account.ts';
import { settingsEvent } from '../domain/announce-limit.ts';
import { WEIGHT_NAMES, weightSum, type Enforcement, type Settings, type Weights } from '../domain/settings.ts';
import { settingsReply } from '../http/settings-reply.ts';
import { report } from '../metrics.ts';
import { AccountWorkStore } from '../stores/account-work.store.ts';
import { AuditStore } from '../stores/audit.store.ts';
import { DueStore } from '../stores/due.store.ts';
import { PolicyStore } from '../stores/policy.store.ts';

/** What to change; what is left out stays. */
export type SettingsOrder = Partial<Weights> & { enforcement?: Enforcement; warnFromPercent?: number };

export interface SettingsCommand {
  readonly caller: CallerIdentity;
  readonly idempotencyKey?: string | undefined;
  readonly order: SettingsOrder;
}

/** Changes an org's credit policy, and judges the accounts it matters to in the same transaction. */
@Injectable()
export class DoSetSettings {
  constructor(
    private readonly commands: Commands,
    private readonly policies: PolicyStore,
    private readonly due: DueStore,
    private readonly works: AccountWorkStore,
    private readonly audit: AuditStore,
  ) {}

  run(command: SettingsCommand): Promise<CommandReply> {
    const { caller, idempotencyKey, order } = command;
    return this.commands.run({ orgId: caller.orgId, name: 'set-settings', idempotencyKey, body: order }, (ctx) =>
      this.set(command, ctx),
    );
  }

  private async set({ caller, order }: SettingsCommand, { tx, now }: Pick<HandlerContext, 'tx' | 'now'>) {
    const { orgId, userId } = caller;
    const before = await this.policies.lockSettings(tx, orgId, now);
    const settings = changed(before, order);
    await this.policies.saveSettings(tx, orgId, settings, userId, now);
    const event = settingsEvent(orgId, settings, userId, now);
    // Under the lock of the settings nobody else judges this org: the accounts found here are all there are.
    const work = await this.works.open({ tx, now }, await this.due.undecided(tx, orgId));
    if (before.enforcement !== settings.enforcement) {
      for (const account of work.accounts.values()) {
        if (isTop(account)) work.rejudge(account, { eventId: event.id, at: now });
      }
    }
    await this.works.save(tx, work);
    await this.audit.add(tx, [entry(orgId, userId, before, settings, now)]);
    report(work.decisions);
    return { reply: settingsReply(settings), events: [event, ...work.decisions.events] };
  }
}

function changed(before: Settings, order: SettingsOrder): Settings {
  const weights = { ...before.weights };
  for (const name of WEIGHT_NAMES) weights[name] = order[name] ?? weights[name];
  const sum = weightSum(weights);
  if (sum !== 100) {
    const errors = WEIGHT_NAMES.map((field) => ({ field, message: `the six weights must sum to 100, not ${sum}` }));
    throw new ProblemError({
      status: 400,
      code: 'credit.weights_sum',
      detail: `the weights sum to ${sum}, not 100`,
      errors,
    });
  }
  return {
    weights,
    enforcement: order.enforcement ?? before.enforcement,
    warnFromPercent: order.warnFromPercent ?? before.warnFromPercent,
    version: before.version + 1,
  };
}

const entry = (orgId: string, by: string, before: Settings, after: Settings, at: Date) => ({
  orgId,
  accountId: '0',
  action: 'SETTINGS_CHANGED' as const,
  currency: null,
  oldLimitMinor: null,
  newLimitMinor: null,
  expiresAt: null,
  reason: `version ${after.version}: enforcement ${before.enforcement} -> ${after.enforcement}`,
  by,
  at,
  policyVersion: after.version,
  accountVersion: null,
});
