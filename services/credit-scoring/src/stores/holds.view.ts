import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { listPlan, type ListQuery, type ListSpec, type Page } from '@cashloop/service-shell';
import type { Hold } from '../domain/hold.ts';
import { holdOf, type HoldRow } from './hold.row.ts';

const SPEC: ListSpec = {
  sorts: {
    valid_from: { sql: 'h.valid_from', type: 'timestamptz' },
    placed_at: { sql: 'h.placed_at', type: 'timestamptz' },
    exposure: { sql: 'h.exposure_minor', type: 'bigint' },
    excess: { sql: 'coalesce(h.exposure_minor - h.limit_minor, 0)', type: 'bigint' },
  },
  defaultSort: '-valid_from',
  tie: { sql: 'h.hold_id', type: 'uuid' },
};

/** What a list of holds is filtered by. */
export interface HoldFilter {
  readonly state: 'held' | 'free' | 'all';
  readonly accountId?: string | undefined;
  readonly enforcement?: string | undefined;
}

export interface ListedHold {
  readonly accountId: string;
  readonly teriCode: string | null;
  readonly hold: Hold;
}

type Row = HoldRow & { teri_code: string | null; sort_value: string; tie_value: string };

/** Lists holds, also those long released. */
@Injectable()
export class HoldsView {
  async list(tx: Tx, orgId: string, filter: HoldFilter, query: ListQuery): Promise<Page<ListedHold>> {
    const plan = listPlan(query, SPEC, 5);
    const rows = await tx.query<Row>(
      `select h.*, c.teri_code, ${plan.columns} from credit_hold h
       left join customer c on c.org_id = h.org_id and c.customer_id = h.account_id
       where h.org_id = $1 and ($2::text = 'all' or h.state = $2) and ($3::bigint is null or h.account_id = $3)
         and ($4::text is null or h.enforcement = $4) and ${plan.where} ${plan.tail}`,
      [orgId, filter.state, filter.accountId ?? null, filter.enforcement ?? null, ...plan.params],
    );
    return plan.page(rows, (row) => ({ accountId: row.account_id, teriCode: row.teri_code, hold: holdOf(row) }));
  }
}
