import {
  create,
  CreditLimitState_Basis,
  CreditLimitStateSchema,
  CreditSettingsState_Enforcement,
  CreditSettingsStateSchema,
  outgoing,
  timestampFromDate,
  topicDefs,
  versionId,
  type OutgoingEvent,
} from '@cashloop/events';
import type { Account } from './account.ts';
import { envelope } from './announce.ts';
import { limitInForce, type Limit } from './limit.ts';
import type { Settings } from './settings.ts';

/** Who changed a limit and why. */
export interface LimitChange {
  readonly reason: string;
  /** User id, or `system`. */
  readonly setBy: string;
  readonly now: Date;
}

/** `credit_limit_changed`: the limit as it now stands, beside what it was. */
export function limitEvent(
  before: { readonly limit: Limit },
  after: Pick<Account, 'orgId' | 'accountId' | 'currency' | 'limit'>,
  change: LimitChange,
): OutgoingEvent {
  const minor = limitInForce(after.limit, change.now);
  const previous = limitInForce(before.limit, change.now);
  const { expiresAt } = after.limit;
  const data = create(CreditLimitStateSchema, {
    accountId: after.accountId,
    version: after.limit.version,
    currency: after.currency ?? '',
    limitInForceMinor: minor?.toString() ?? '',
    basis: minor === null ? CreditLimitState_Basis.NONE : CreditLimitState_Basis.MANUAL,
    previousLimitMinor: previous?.toString() ?? '',
    reason: change.reason,
    setBy: change.setBy,
    expiresAt: expiresAt === null ? undefined : timestampFromDate(expiresAt),
    validFrom: timestampFromDate(change.now),
  });
  return outgoing(
    topicDefs.credit,
    'credit_limit_changed',
    data,
    envelope(after, 'credit_limit', after.limit.version, change.now),
  );
}

const ENFORCEMENT = {
  off: CreditSettingsState_Enforcement.OFF,
  observe: CreditSettingsState_Enforcement.OBSERVE,
  enforce: CreditSettingsState_Enforcement.ENFORCE,
};

/** `credit_settings_changed`: the policy as it now stands. */
export function settingsEvent(orgId: string, settings: Settings, changedBy: string, now: Date): OutgoingEvent {
  const { weights } = settings;
  const data = create(CreditSettingsStateSchema, {
    version: settings.version,
    enforcement: ENFORCEMENT[settings.enforcement],
    warnFromPercent: settings.warnFromPercent,
    changedBy,
    policyVersion: settings.version,
    weights: {
      revenueMomentum: weights.revenueMomentumWeight,
      cashCollection: weights.cashCollectionWeight,
      profitability: weights.profitabilityWeight,
      debtAging: weights.debtAgingWeight,
      repaymentVelocity: weights.repaymentVelocityWeight,
      tenure: weights.tenureWeight,
    },
  });
  const document = { orgId, subject: `credit_settings/${orgId}`, version: settings.version };
  const fields = { ...document, id: versionId(document), key: orgId, time: now };
  return outgoing(topicDefs.credit, 'credit_settings_changed', data, fields);
}
