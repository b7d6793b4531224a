import { DEFAULT_SETTINGS, type Settings } from './settings.ts';

/** An org's policy; `homeCurrency` is null until the org is known. */
export interface OrgPolicy {
  readonly settings: Settings;
  readonly homeCurrency: string | null;
}

export const UNKNOWN_ORG: OrgPolicy = { settings: DEFAULT_SETTINGS, homeCurrency: null };
