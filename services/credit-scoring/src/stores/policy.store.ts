import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { OrgPolicy } from '../domain/policy.ts';
import { DEFAULT_SETTINGS, type Enforcement, type Settings, type Weights } from '../domain/settings.ts';

export interface SettingsRow {
  org_id: string;
  version: number;
  weights: Weights;
  enforcement: Enforcement;
  warn_from_percent: number;
}

export const settingsOf = (row: SettingsRow): Settings => ({
  weights: row.weights,
  enforcement: row.enforcement,
  warnFromPercent: row.warn_from_percent,
  version: row.version,
});

/** Orgs and their credit settings. */
@Injectable()
export class PolicyStore {
  /**
   * The policies of these orgs, held until commit: a change of settings waits for the decisions that read the old ones,
   * and then judges again. Call before any account is locked.
   */
  async hold(tx: Tx, orgIds: readonly string[]): Promise<Map<string, OrgPolicy>> {
    const settings = await tx.prepared<SettingsRow>(
      'credit_settings_hold',
      `select org_id, version, weights, enforcement, warn_from_percent from credit_settings
       where org_id = any($1::bigint[]) order by org_id for share`,
      [orgIds],
    );
    const orgs = await tx.prepared<{ org_id: string; base_currency: string }>(
      'credit_org_load',
      'select org_id, base_currency from org where org_id = any($1::bigint[])',
      [orgIds],
    );
    const bySettings = new Map(settings.map((row) => [row.org_id, settingsOf(row)]));
    return new Map(
      orgs.map((row) => [
        row.org_id,
        { homeCurrency: row.base_currency, settings: bySettings.get(row.org_id) ?? DEFAULT_SETTINGS },
      ]),
    );
  }

  /** The settings row of one org, locked to be changed; made when it is missing. */
  async lockSettings(tx: Tx, orgId: string, now: Date): Promise<Settings> {
    await this.ensureSettings(tx, [orgId], now);
    const [row] = await tx.query<SettingsRow>('select * from credit_settings where org_id = $1 for update', [orgId]);
    return row === undefined ? DEFAULT_SETTINGS : settingsOf(row);
  }

  async ensureSettings(tx: Tx, orgIds: readonly string[], now: Date): Promise<void> {
    const { weights, enforcement, warnFromPercent } = DEFAULT_SETTINGS;
    await tx.query(
      `insert into credit_settings (org_id, version, weights, enforcement, warn_from_percent, updated_by, updated_at)
       select id, 0, $2::jsonb, $3, $4, 'system', $5 from unnest($1::bigint[]) id order by id on conflict do nothing`,
      [orgIds, JSON.stringify(weights), enforcement, warnFromPercent, now],
    );
  }

  async saveSettings(tx: Tx, orgId: string, settings: Settings, by: string, now: Date): Promise<void> {
    await tx.query(
      `update credit_settings set version = $2, weights = $3::jsonb, enforcement = $4, warn_from_percent = $5,
         updated_by = $6, updated_at = $7 where org_id = $1`,
      [
        orgId,
        settings.version,
        JSON.stringify(settings.weights),
        settings.enforcement,
        settings.warnFromPercent,
        by,
        now,
      ],
    );
  }
}
