import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { listPlan, type ListQuery, type ListSpec, type Page } from '@cashloop/service-shell';
import { minorOf } from './account.row.ts';

const SPEC: ListSpec = {
  sorts: { created_at: { sql: 'created_at', type: 'timestamptz' } },
  defaultSort: '-created_at',
  tie: { sql: 'audit_id', type: 'bigint' },
};

export interface AuditLine {
  readonly id: string;
  readonly accountId: string;
  readonly action: string;
  readonly currency: string | null;
  readonly oldLimitMinor: bigint | null;
  readonly newLimitMinor: bigint | null;
  readonly expiresAt: Date | null;
  readonly reason: string;
  readonly performedBy: string;
  readonly createdAt: Date;
}

interface Row {
  audit_id: string;
  account_id: string;
  action: string;
  currency: string | null;
  old_limit_minor: string | null;
  new_limit_minor: string | null;
  expires_at: Date | null;
  reason: string;
  performed_by: string;
  created_at: Date;
  sort_value: string;
  tie_value: string;
}

/** Lists the audit trail of one account. */
@Injectable()
export class AuditView {
  async list(tx: Tx, orgId: string, accountId: string, query: ListQuery): Promise<Page<AuditLine>> {
    const plan = listPlan(query, SPEC, 3);
    const rows = await tx.query<Row>(
      `select *, ${plan.columns} from credit_audit where org_id = $1 and account_id = $2 and ${plan.where} ${plan.tail}`,
      [orgId, accountId, ...plan.params],
    );
    return plan.page(rows, lineOf);
  }
}

const lineOf = (row: Row): AuditLine => ({
  id: row.audit_id,
  accountId: row.account_id,
  action: row.action,
  currency: row.currency,
  oldLimitMinor: minorOf(row.old_limit_minor),
  newLimitMinor: minorOf(row.new_limit_minor),
  expiresAt: row.expires_at,
  reason: row.reason,
  performedBy: row.performed_by,
  createdAt: row.created_at,
});
