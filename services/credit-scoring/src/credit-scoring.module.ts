import { Module } from '@nestjs/common';
import { topicDefs } from '@cashloop/events';
import type { ServiceReplay } from '@cashloop/messaging/replay';
import { ServiceShellModule } from '@cashloop/service-shell';
import { CreditScoringConfig } from './config.ts';
import { DoHold } from './handlers/do-hold.ts';
import { DoSetLimits } from './handlers/do-set-limits.ts';
import { DoSetSettings } from './handlers/do-set-settings.ts';
import { OnCredit } from './handlers/on-credit.ts';
import { OnCustomer } from './handlers/on-customer.ts';
import { OnOrg } from './handlers/on-org.ts';
import { OnReceivable } from './handlers/on-receivable.ts';
import { OnSync } from './handlers/on-sync.ts';
import { RunEndLimits } from './handlers/run-end-limits.ts';
import { RunJudgeDue } from './handlers/run-judge-due.ts';
import { RunMeasure } from './handlers/run-measure.ts';
import { ClientsController } from './http/clients.controller.ts';
import { HoldsController } from './http/holds.controller.ts';
import { LimitsController } from './http/limits.controller.ts';
import { NewCustomers } from './http/new-customers.ts';
import { SettingsController } from './http/settings.controller.ts';
import { TotalsController } from './http/totals.controller.ts';
import { migrations } from './migrations/index.ts';
import { AccountStore } from './stores/account.store.ts';
import { AccountWorkStore } from './stores/account-work.store.ts';
import { AuditStore } from './stores/audit.store.ts';
import { AuditView } from './stores/audit.view.ts';
import { BookStore } from './stores/book.store.ts';
import { BreachStore } from './stores/breach.store.ts';
import { ChangeStore } from './stores/change.store.ts';
import { ClientView } from './stores/client.view.ts';
import { CompanyFactsStore } from './stores/company-facts.store.ts';
import { CustomerStore } from './stores/customer.store.ts';
import { DecisionStore } from './stores/decision.store.ts';
import { DocumentStore } from './stores/document.store.ts';
import { DroppedLimitStore } from './stores/dropped-limit.store.ts';
import { DueStore } from './stores/due.store.ts';
import { FactsView } from './stores/facts.view.ts';
import { ForestStore } from './stores/forest.store.ts';
import { HoldStore } from './stores/hold.store.ts';
import { HoldsView } from './stores/holds.view.ts';
import { MeasureView } from './stores/measure.view.ts';
import { OrgStore } from './stores/org.store.ts';
import { PartsStore } from './stores/parts.store.ts';
import { PolicyStore } from './stores/policy.store.ts';
import { ReadingStore } from './stores/reading.store.ts';
import { SettingsView } from './stores/settings.view.ts';
import {
  ACCOUNT_FAMILY,
  CUSTOMER_STATE,
  ORG_STATE,
  READING_STATE,
  RECEIVABLE_STATE,
  StateHashView,
} from './stores/state-hash.view.ts';
import { TotalsView } from './stores/totals.view.ts';

export const handlers = [
  OnReceivable,
  OnCustomer,
  OnOrg,
  OnSync,
  DoSetLimits,
  DoHold,
  DoSetSettings,
  RunJudgeDue,
  RunEndLimits,
  RunMeasure,
];

export const stores = [
  AccountStore,
  AccountWorkStore,
  AuditStore,
  BookStore,
  BreachStore,
  ChangeStore,
  CompanyFactsStore,
  CustomerStore,
  DecisionStore,
  DocumentStore,
  DroppedLimitStore,
  DueStore,
  ForestStore,
  HoldStore,
  OrgStore,
  PartsStore,
  PolicyStore,
  ReadingStore,
];

export const views = [
  AuditView,
  ClientView,
  FactsView,
  HoldsView,
  MeasureView,
  SettingsView,
  StateHashView,
  TotalsView,
];

/** How `ops -- replay` rebuilds what this service makes of events. */
export const replay: ServiceReplay = {
  service: 'credit-scoring',
  migrations,
  providers: [OnOrg, OnCustomer, OnSync, OnReceivable, OnCredit, RunJudgeDue, ...stores],
  projections: {
    'credit-orgs': { state: ORG_STATE },
    'credit-customers': { state: CUSTOMER_STATE },
    'credit-readings': { state: READING_STATE },
    'credit-receivables': {
      restsOn: ['credit-orgs', 'credit-customers', 'credit-readings', 'credit-commands'],
      state: RECEIVABLE_STATE,
      settle: RunJudgeDue,
    },
  },
  orgs: 'select org_id from org order by org_id',
  family: ACCOUNT_FAMILY,
};

/** Decides how much credit each customer gets, and says so when it is too much. */
@Module({
  imports: [
    ServiceShellModule.forRoot({
      name: 'credit-scoring',
      config: CreditScoringConfig,
      migrations,
      publishes: [topicDefs.credit, topicDefs.creditHold],
    }),
  ],
  providers: [...handlers, ...stores, ...views, NewCustomers],
  controllers: [ClientsController, HoldsController, LimitsController, SettingsController, TotalsController],
})
export class CreditScoringModule {}

/** What `ops -- republish` sends again. */
export { documents } from './stores/owned-documents.view.ts';
