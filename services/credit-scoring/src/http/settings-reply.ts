import type { Settings } from '../domain/settings.ts';

/** An org's settings, as document 4 names them. */
export const settingsReply = (settings: Settings) => ({
  ...settings.weights,
  enforcement: settings.enforcement,
  warnFromPercent: settings.warnFromPercent,
  version: settings.version,
});
