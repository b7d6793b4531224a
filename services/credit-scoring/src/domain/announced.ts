import { CreditSettingsState_Enforcement, timestampDate, type CreditLimitState } from '@cashloop/events';
import type { Limit } from './limit.ts';
import type { Enforcement } from './settings.ts';

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

/** Undefined: told by a newer program. */
export const announcedEnforcement = (told: CreditSettingsState_Enforcement): Enforcement | undefined =>
  ENFORCEMENT[told];
