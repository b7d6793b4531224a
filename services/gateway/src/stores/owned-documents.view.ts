import { type OwnedDocuments, ownedKind } from '@cashloop/messaging/ops';
import { orgUpserted } from '../domain/org-upserted.ts';
import { ORG_COLUMNS, type OrgRow, toOrg } from './org.row.ts';

export const documents: OwnedDocuments = {
  service: 'gateway',
  orgs: 'select id as org_id from org order by id',
  kinds: [
    ownedKind<OrgRow & { updated_at: Date }>({
      kind: 'org',
      table: 'org',
      told: 'true',
      columns: `${ORG_COLUMNS}, updated_at`,
      event: (row) => orgUpserted(toOrg(row), row.updated_at),
      advance: ['update org set version = version + $1'],
    }),
  ],
};
