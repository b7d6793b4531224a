import { Module } from '@nestjs/common';
import { topicDefs } from '@cashloop/events';
import type { ServiceReplay } from '@cashloop/messaging/replay';
import { ServiceShellModule } from '@cashloop/service-shell';
import { QuickBooksSyncConfig } from './config.ts';
import { quickBooksProviders } from './connectors/quickbooks/quickbooks.providers.ts';
import { DeliverCustomer } from './handlers/deliver-customer.ts';
import { DeliverUpdate } from './handlers/deliver-update.ts';
import { DoAnnounce } from './handlers/do-announce.ts';
import { DoRecordFault } from './handlers/do-record-fault.ts';
import { DoRequestSweep } from './handlers/do-request-sweep.ts';
import { DoSaveReading } from './handlers/do-save-reading.ts';
import { OnCustomer } from './handlers/on-customer.ts';
import { OnOrg } from './handlers/on-org.ts';
import { PollChanges } from './handlers/poll-changes.ts';
import { PollGrant } from './handlers/poll-grant.ts';
import { PollHints } from './handlers/poll-hints.ts';
import { PollImport } from './handlers/poll-import.ts';
import { PollInvoice } from './handlers/poll-invoice.ts';
import { RunBacklog } from './handlers/run-backlog.ts';
import { RunMetrics } from './handlers/run-metrics.ts';
import { RunRelease } from './handlers/run-release.ts';
import { OAuthController } from './http/oauth.controller.ts';
import { SyncController } from './http/sync.controller.ts';
import { WebhookController } from './http/webhook.controller.ts';
import { Metrics } from './metrics.ts';
import { migrations } from './migrations/index.ts';
import { BacklogStore } from './stores/backlog.store.ts';
import { BooksStore } from './stores/books.store.ts';
import { BooksView } from './stores/books.view.ts';
import { ConnectionStore } from './stores/connection.store.ts';
import { CreatedCustomerStore } from './stores/created-customer.store.ts';
import { CustomerStore } from './stores/customer.store.ts';
import { CustomerUpdateStore } from './stores/customer-update.store.ts';
import { HintStore } from './stores/hint.store.ts';
import { InvoiceLinkStore } from './stores/invoice-link.store.ts';
import { OAuthStateStore } from './stores/oauth-state.store.ts';
import { OrgStore } from './stores/org.store.ts';
import { ReadingStore } from './stores/reading.store.ts';
import { ReleaseStore } from './stores/release.store.ts';
import { StatusView } from './stores/status.view.ts';

const handlers = [
  OnOrg,
  OnCustomer,
  DoAnnounce,
  DoRequestSweep,
  DoSaveReading,
  DoRecordFault,
  PollGrant,
  PollImport,
  PollHints,
  PollChanges,
  PollInvoice,
  DeliverCustomer,
  DeliverUpdate,
  RunRelease,
  RunBacklog,
  RunMetrics,
];

const stores = [
  OrgStore,
  ConnectionStore,
  OAuthStateStore,
  CustomerStore,
  CreatedCustomerStore,
  CustomerUpdateStore,
  BooksStore,
  BooksView,
  ReadingStore,
  ReleaseStore,
  HintStore,
  InvoiceLinkStore,
  BacklogStore,
  StatusView,
];

@Module({
  imports: [
    ServiceShellModule.forRoot({
      name: 'quickbooks-sync',
      config: QuickBooksSyncConfig,
      migrations,
      entities: [],
      publishes: [topicDefs.receivable, topicDefs.customerSighting, topicDefs.sync],
    }),
  ],
  providers: [...handlers, ...stores, ...quickBooksProviders, Metrics],
  controllers: [OAuthController, WebhookController, SyncController],
})
export class QuickBooksSyncModule {}

/** How `ops -- replay` rebuilds what this service makes of events. Documents are its own: QuickBooks is their source. */
export const replay: ServiceReplay = {
  service: 'quickbooks-sync',
  migrations,
  providers: [OnCustomer, OnOrg, CustomerStore, OrgStore, Metrics],
  projections: {
    'quickbooks-sync-orgs': {
      state: `select concat_ws(':', 'org', org_id, version, base_currency) as line from org
        where ($1::bigint[] is null or true) and org_id = any(nullif(current_setting('cashloop.orgs', true), '')::bigint[])`,
    },
    'quickbooks-sync-customers': {
      state: `select concat_ws(':', 'customer', org_id, customer_id, version, currency, active) as line from customer
        where $1::bigint[] is null or customer_id = any($1)`,
    },
  },
  orgs: 'select org_id from org order by org_id',
};

/** What `ops -- republish` sends again. */
export { documents } from './stores/owned-documents.view.ts';
