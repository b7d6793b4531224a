import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { listPlan, type ListQuery, type ListSpec, type Page } from '@cashloop/service-shell';
import type { ClientRow, UserRow } from './account.row.ts';

const SPEC: ListSpec = {
  sorts: {
    name: { sql: 'lower(name)', type: 'text' },
    created_at: { sql: 'created_at', type: 'timestamptz' },
  },
  defaultSort: 'name',
  tie: { sql: 'id', type: 'bigint' },
};

type Sorted<R> = R & { sort_value: string; tie_value: string };

/** Lists of users and API clients. */
@Injectable()
export class AccountView {
  async users(tx: Tx, query: ListQuery): Promise<Page<UserRow>> {
    const plan = listPlan(query, SPEC);
    const rows = await tx.query<Sorted<UserRow>>(
      `select id, email, name, roles, active, created_at, updated_at, ${plan.columns} from app_user where ${plan.where} ${plan.tail}`,
      plan.params,
    );
    return plan.page(rows, ({ sort_value: _, tie_value: __, ...user }) => user);
  }

  async clients(tx: Tx, query: ListQuery): Promise<Page<ClientRow>> {
    const plan = listPlan(query, SPEC);
    const rows = await tx.query<Sorted<ClientRow>>(
      `select id, client_id, name, roles, active, created_at, updated_at, ${plan.columns} from api_client where ${plan.where} ${plan.tail}`,
      plan.params,
    );
    return plan.page(rows, ({ sort_value: _, tie_value: __, ...client }) => client);
  }

  async user(tx: Tx, id: string): Promise<UserRow | undefined> {
    const [row] = await tx.query<UserRow>(
      'select id, email, name, roles, active, created_at, updated_at from app_user where id = $1',
      [id],
    );
    return row;
  }
}
