import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { AuditEntry } from '../domain/account-work.ts';
import { json } from './json.row.ts';

/** The audit trail: rows are only ever added. */
@Injectable()
export class AuditStore {
  async add(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map((entry) => ({
      org_id: entry.orgId,
      account_id: entry.accountId,
      action: entry.action,
      currency: entry.currency,
      old_minor: entry.oldLimitMinor,
      new_minor: entry.newLimitMinor,
      expires_at: entry.expiresAt,
      reason: entry.reason,
      by: entry.by,
      at: entry.at,
      policy_version: entry.policyVersion,
      account_version: entry.accountVersion,
    }));
    await tx.query(
      `insert into credit_audit (org_id, account_id, action, currency, old_limit_minor, new_limit_minor, expires_at, reason,
         performed_by, created_at, policy_version, account_version)
       select * from jsonb_to_recordset($1) as t (org_id bigint, account_id bigint, action text, currency text,
         old_minor bigint, new_minor bigint, expires_at timestamptz, reason text, by text, at timestamptz,
         policy_version int, account_version bigint)`,
      [json(rows)],
    );
  }
}
