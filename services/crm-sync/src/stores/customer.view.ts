import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { listPlan } from '@cashloop/service-shell';
import type { ListSpec, Page } from '@cashloop/service-shell';
import type { CustomerListQuery, CustomerReply } from '../http/customer.dto.ts';

const list: ListSpec = {
  sorts: {
    id: { sql: 'customer.id', type: 'bigint' },
    name: { sql: 'customer.name', type: 'text' },
    created_at: { sql: 'customer.created_at', type: 'timestamptz' },
    updated_at: { sql: 'customer.updated_at', type: 'timestamptz' },
  },
  defaultSort: 'id',
  tie: { sql: 'customer.id', type: 'bigint' },
};

const COLUMNS = `customer.id, name, email, phone, currency, parent_id, active, teri_code, version, other_currency_of, (
    select coalesce(jsonb_agg(jsonb_build_object('id', other.id, 'currency', other.currency) order by other.id), '[]')
      from customer other
     where other.id <> customer.id
       and (other.id = customer.other_currency_of
            or other.other_currency_of = coalesce(customer.other_currency_of, customer.id))) other_currencies,
  created_at, updated_at, (
    select coalesce(jsonb_agg(jsonb_build_object('system', system, 'company', company, 'external_id', external_id)
                              order by system, company, external_id), '[]')
      from customer_link link where link.customer_id = customer.id) links`;

type ViewRow = Omit<CustomerReply, 'id' | 'parent_id' | 'other_currency_of' | 'created_at' | 'updated_at'> & {
  id: string;
  parent_id: string | null;
  other_currency_of: string | null;
  created_at: Date;
  updated_at: Date;
};

/** Customers as the API shows them. */
@Injectable()
export class CustomerView {
  async get(tx: Tx, id: string): Promise<CustomerReply | undefined> {
    const [row] = await tx.query<ViewRow>(`select ${COLUMNS} from customer where id = $1`, [id]);
    return row && toReply(row);
  }

  async list(tx: Tx, query: CustomerListQuery): Promise<Page<CustomerReply>> {
    const { conditions, params } = filters(query);
    const plan = listPlan(query, list, params.length + 1);
    const rows = await tx.query<ViewRow & { sort_value: string; tie_value: string }>(
      `select ${COLUMNS}, ${plan.columns} from customer where ${[...conditions, plan.where].join(' and ')} ${plan.tail}`,
      [...params, ...plan.params],
    );
    return plan.page(rows, toReply);
  }
}

function filters(query: CustomerListQuery): { conditions: string[]; params: unknown[] } {
  const params: unknown[] = [];
  const place = (value: unknown): string => `$${params.push(value)}`;
  const conditions: string[] = [];
  if (query.q !== undefined) {
    const q = place(`%${query.q.replaceAll(/[\\%_]/g, '\\$&')}%`);
    conditions.push(`(name ilike ${q} or email ilike ${q} or teri_code ilike ${q})`);
  }
  if (query.active !== undefined) conditions.push(`active = ${place(query.active === 'true')}`);
  const links = (['system', 'company', 'external_id'] as const).filter((key) => query[key] !== undefined);
  if (links.length > 0) {
    const same = links.map((key) => `link.${key} = ${place(query[key])}`);
    conditions.push(
      `exists (select from customer_link link where link.customer_id = customer.id and ${same.join(' and ')})`,
    );
  }
  return { conditions, params };
}

const toReply = (row: ViewRow): CustomerReply => ({
  id: Number(row.id),
  name: row.name,
  email: row.email,
  phone: row.phone,
  currency: row.currency,
  parent_id: row.parent_id === null ? null : Number(row.parent_id),
  active: row.active,
  teri_code: row.teri_code,
  version: row.version,
  links: row.links,
  other_currency_of: row.other_currency_of === null ? null : Number(row.other_currency_of),
  other_currencies: row.other_currencies,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});
