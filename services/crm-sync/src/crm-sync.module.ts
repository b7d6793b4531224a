import { Module } from '@nestjs/common';
import { topicDefs } from '@cashloop/events';
import type { ServiceReplay } from '@cashloop/messaging/replay';
import { ServiceShellModule } from '@cashloop/service-shell';
import { CrmSyncConfig } from './config.ts';
import { DoCreateCustomer } from './handlers/do-create-customer.ts';
import { DoUpdateCustomer } from './handlers/do-update-customer.ts';
import { OnCustomerSightings } from './handlers/on-customer-sightings.ts';
import { OnOrgs } from './handlers/on-orgs.ts';
import { CustomersController } from './http/customers.controller.ts';
import { migrations } from './migrations/index.ts';
import { CustomerLinkStore } from './stores/customer-link.store.ts';
import { CustomerStore } from './stores/customer.store.ts';
import { CustomerView } from './stores/customer.view.ts';
import { MergeProposalStore } from './stores/merge-proposal.store.ts';
import { MergeProposalView } from './stores/merge-proposal.view.ts';
import { OrgStore } from './stores/org.store.ts';

@Module({
  imports: [
    ServiceShellModule.forRoot({
      name: 'crm-sync',
      config: CrmSyncConfig,
      migrations,
      publishes: [topicDefs.customer],
    }),
  ],
  providers: [
    OnCustomerSightings,
    OnOrgs,
    DoCreateCustomer,
    DoUpdateCustomer,
    CustomerStore,
    CustomerLinkStore,
    OrgStore,
    MergeProposalStore,
    CustomerView,
    MergeProposalView,
  ],
  controllers: [CustomersController],
})
export class CrmSyncModule {}

/** How `ops -- replay` rebuilds what this service makes of events. Customers are its own: it is their only source. */
export const replay: ServiceReplay = {
  service: 'crm-sync',
  migrations,
  providers: [OnOrgs, OrgStore],
  projections: {
    'crm-orgs': {
      state: `select concat_ws(':', 'org', org_id, version, base_currency) as line from org
        where ($1::bigint[] is null or true) and org_id = any(nullif(current_setting('cashloop.orgs', true), '')::bigint[])`,
    },
  },
  orgs: 'select org_id from org order by org_id',
};

/** What `ops -- republish` sends again. */
export { documents } from './stores/owned-documents.view.ts';
