import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Settings } from '../domain/settings.ts';
import { settingsOf, type SettingsRow } from './policy.store.ts';

/** Reads an org's settings without holding them. */
@Injectable()
export class SettingsView {
  async read(tx: Tx, orgId: string): Promise<Settings | undefined> {
    const [row] = await tx.query<SettingsRow>('select * from credit_settings where org_id = $1', [orgId]);
    return row === undefined ? undefined : settingsOf(row);
  }
}
