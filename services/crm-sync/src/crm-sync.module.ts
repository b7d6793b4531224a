import { Module } from '@nestjs/common';
import { topicDefs } from '@cashloop/events';
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
