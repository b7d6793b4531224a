import {
  CreditSettingsState_Enforcement,
  timestampDate,
  type CreditLimitState,
  type CreditSettingsState,
} from '@cashloop/events';
import type { Limit } from './limit.ts';
import type { Settings, Weights, Enforcement } from './settings.ts';

/**
 * The limit that our own `credit_limit_changed` announced: the reverse of `limitEvent`. One with an end is temporary and
 * hides the standing one, which an earlier event told.
 */
export function announcedLimit(before: Limit, state: CreditLimitState): Limit {
  const { version } = state;
  const minor = state.limitInForceMinor === '' ? null : BigInt(state.limitInForceMinor);
  if (state.expiresAt === undefined) return { standingMinor: minor, temporaryMinor: null, expiresAt: null, version };
  return { ...before, temporaryMinor: minor, expiresAt: timestampDate(state.expiresAt), version };
}

const ENFORCEMENT: Partial<Record<CreditSettingsState_Enforcement, Enforcement>> = {
  [CreditSettingsState_Enforcement.OFF]: 'off',
  [CreditSettingsState_Enforcement.OBSERVE]: 'observe',
  [CreditSettingsState_Enforcement.ENFORCE]: 'enforce',
};

/** The settings that our own `credit_settings_changed` announced; what it leaves out, or tells in words we do not know, stays. */
export const announcedSettings = (before: Settings, told: CreditSettingsState): Settings => ({
  version: told.version,
  enforcement: announcedEnforcement(told.enforcement) ?? before.enforcement,
  warnFromPercent: told.warnFromPercent,
  weights: told.weights === undefined ? before.weights : announcedWeights(told.weights),
});

const announcedWeights = (told: NonNullable<CreditSettingsState['weights']>): Weights => ({
  revenueMomentumWeight: told.revenueMomentum,
  cashCollectionWeight: told.cashCollection,
  profitabilityWeight: told.profitability,
  debtAgingWeight: told.debtAging,
  repaymentVelocityWeight: told.repaymentVelocity,
  tenureWeight: told.tenure,
});

/** Undefined: told by a newer program. */
const announcedEnforcement = (told: CreditSettingsState_Enforcement): Enforcement | undefined => ENFORCEMENT[told];
