import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { listPlan } from '@cashloop/service-shell';
import type { ListQuery, ListSpec, Page } from '@cashloop/service-shell';

const list: ListSpec = {
  sorts: { id: { sql: 'id', type: 'bigint' }, created_at: { sql: 'created_at', type: 'timestamptz' } },
  defaultSort: '-id',
  tie: { sql: 'id', type: 'bigint' },
};

/** Two customers that may be one. */
export interface MergeProposal {
  id: number;
  customer_id: number;
  other_customer_id: number;
  reason: 'same_name' | 'same_email';
  created_at: string;
}

interface ViewRow {
  id: string;
  customer_id: string;
  other_customer_id: string;
  reason: MergeProposal['reason'];
  created_at: Date;
  sort_value: string;
  tie_value: string;
}

/** Merge proposals as the API shows them. */
@Injectable()
export class MergeProposalView {
  async list(tx: Tx, query: ListQuery): Promise<Page<MergeProposal>> {
    const plan = listPlan(query, list);
    const rows = await tx.query<ViewRow>(
      `select id, customer_id, other_customer_id, reason, created_at, ${plan.columns}
         from merge_proposal where ${plan.where} ${plan.tail}`,
      plan.params,
    );
    return plan.page(rows, (row) => ({
      id: Number(row.id),
      customer_id: Number(row.customer_id),
      other_customer_id: Number(row.other_customer_id),
      reason: row.reason,
      created_at: row.created_at.toISOString(),
    }));
  }
}
