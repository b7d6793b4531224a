import { type OwnedDocuments, ownedKind } from '@cashloop/messaging/ops';
import { customerUpserted } from '../domain/customer-event.ts';
import type { Link } from '../domain/sighting.ts';
import { type CustomerRow, toCustomer } from './customer.row.ts';

type Row = CustomerRow & { updated_at: Date; links: Link[] };

/** As CustomerLinkStore.ofCustomers: in a stable order. */
const LINKS = `coalesce((select json_agg(json_build_object('system', l.system, 'company', l.company, 'externalId', l.external_id)
  order by l.system, l.company, l.external_id) from customer_link l where l.org_id = c.org_id and l.customer_id = c.id), '[]')`;

export const documents: OwnedDocuments = {
  service: 'crm-sync',
  orgs: 'select org_id from org order by org_id',
  kinds: [
    ownedKind<Row>({
      kind: 'customer',
      table: 'customer c',
      told: 'c.version > 0',
      customer: 'c.id',
      columns: `c.*, ${LINKS} as links`,
      event: (row) => customerUpserted(toCustomer(row), row.links, row.updated_at),
      advance: ['update customer set version = version + $1 where version > 0'],
    }),
  ],
};
