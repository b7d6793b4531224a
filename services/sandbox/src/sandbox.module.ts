import { Module } from '@nestjs/common';
import { ServiceShellModule } from '@cashloop/service-shell';
import { SandboxConfig } from './config.ts';
import { WebhookClient } from './connectors/webhook-target/webhook.client.ts';
import { InjectedFaults } from './domain/injected-faults.ts';
import { RequestBudget } from './domain/request-budget.ts';
import { DeliverWebhooks } from './handlers/deliver-webhooks.ts';
import { DoBatch } from './handlers/do-batch.ts';
import { DoBulkLoad } from './handlers/do-bulk-load.ts';
import { DoGrantAccess } from './handlers/do-grant-access.ts';
import { DoMakeCompany } from './handlers/do-make-company.ts';
import { DoMakeSample } from './handlers/do-make-sample.ts';
import { DoTakePayment } from './handlers/do-take-payment.ts';
import { DoWriteCustomer } from './handlers/do-write-customer.ts';
import { DoWriteDocument } from './handlers/do-write-document.ts';
import { RunCleanUp } from './handlers/run-clean-up.ts';
import { RunLiveTrickle } from './handlers/run-live-trickle.ts';
import { AdminCompaniesController } from './http/admin-companies.controller.ts';
import { AdminWorldController } from './http/admin-world.controller.ts';
import { DiscoveryController } from './http/discovery.controller.ts';
import { OAuthController } from './http/oauth.controller.ts';
import { ReadingController } from './http/reading.controller.ts';
import { WritingController } from './http/writing.controller.ts';
import { migrations } from './migrations/index.ts';
import { AnnounceStore } from './stores/announce.store.ts';
import { ApplicationStore } from './stores/application.store.ts';
import { BulkStore } from './stores/bulk.store.ts';
import { BulkView } from './stores/bulk.view.ts';
import { ChangeView } from './stores/change.view.ts';
import { CompanyStore } from './stores/company.store.ts';
import { CustomerStore } from './stores/customer.store.ts';
import { DocumentView } from './stores/document.view.ts';
import { LedgerStore } from './stores/ledger.store.ts';
import { QueryView } from './stores/query.view.ts';
import { RequestStore } from './stores/request.store.ts';
import { SampleStore } from './stores/sample.store.ts';
import { SandboxClock } from './stores/sandbox-clock.store.ts';
import { TokenStore } from './stores/token.store.ts';
import { TxnStore } from './stores/txn.store.ts';
import { WebhookStore } from './stores/webhook.store.ts';

// prettier-ignore
@Module({
  imports: [ServiceShellModule.forRoot({ name: 'sandbox', config: SandboxConfig, migrations })],
  providers: [
    DoWriteDocument, DoWriteCustomer, DoBatch, DoBulkLoad, DoGrantAccess, DoMakeCompany, DoMakeSample, DoTakePayment,
    DeliverWebhooks, RunLiveTrickle, RunCleanUp,
    CompanyStore, CustomerStore, TxnStore, ApplicationStore, LedgerStore, AnnounceStore, WebhookStore, RequestStore,
    TokenStore, SampleStore, SandboxClock, BulkStore, BulkView, DocumentView, QueryView, ChangeView,
    WebhookClient, InjectedFaults, RequestBudget,
  ],
  controllers: [ReadingController, WritingController, OAuthController, DiscoveryController, AdminCompaniesController, AdminWorldController],
})
export class SandboxModule {}
