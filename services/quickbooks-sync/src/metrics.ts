import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { CallObserver, Company } from './connectors/quickbooks/quickbooks.client.ts';
import type { Tally } from './domain/tally.ts';

const customerSync = new Counter({
  name: 'crm_qbo_customer_sync_total',
  help: 'CRM to QBO customer sync operations',
  labelNames: ['org_id', 'result'],
});
const invoicesPaid = new Counter({
  name: 'crm_invoices_paid_total',
  help: 'Invoices that became paid, seen live',
  labelNames: ['org_id'],
});
const invoicesGenerated = new Counter({
  name: 'crm_invoices_generated_total',
  help: 'Invoices first seen live or created by us',
  labelNames: ['org_id'],
});
const syncErrors = new Counter({
  name: 'crm_invoice_sync_errors_total',
  help: 'Errors while reading invoices from QuickBooks',
  labelNames: ['org_id', 'stage'],
});
const apiErrors = new Counter({
  name: 'crm_qbo_api_errors_total',
  help: 'QuickBooks calls that failed for good',
  labelNames: ['org_id', 'operation'],
});
const payments = new Histogram({
  name: 'crm_portal_payment_amount_cents',
  help: 'Live payments in minor units of the base currency of the org',
  labelNames: ['org_id'],
  buckets: [1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000],
});
const reads = new Counter({
  name: 'cashloop_quickbooks_sync_reads_total',
  help: 'Calls to QuickBooks that its metering counts as reads',
  labelNames: ['org_id'],
});
const parked = new Gauge({
  name: 'cashloop_quickbooks_sync_parked_documents',
  help: 'Documents that wait for their customer to be linked',
  labelNames: ['org_id'],
});
const parkedAge = new Gauge({
  name: 'cashloop_quickbooks_sync_parked_oldest_age_seconds',
  help: 'Age of the oldest parked document, 0 when none',
  labelNames: ['org_id'],
});
const misread = new Gauge({
  name: 'cashloop_quickbooks_sync_misread_documents',
  help: 'Documents kept raw because they could not be understood',
  labelNames: ['org_id'],
});
const readingAge = new Gauge({
  name: 'cashloop_quickbooks_sync_reading_age_seconds',
  help: 'Age of the oldest last complete reading of a live company, 0 when there is none',
  labelNames: ['org_id'],
});
const needConsent = new Gauge({
  name: 'cashloop_quickbooks_sync_companies_needing_consent',
  help: 'Companies that a person has to connect again',
  labelNames: ['org_id'],
});
const webhookItems = new Counter({
  name: 'cashloop_quickbooks_sync_webhook_items_total',
  help: 'Announced changes by what became of them',
  labelNames: ['result'],
});

/** What waits in one org. */
export interface Backlog {
  parked: number;
  oldestAgeSeconds: number;
  misread: number;
  readingAgeSeconds: number;
  needingConsent: number;
}

const NOTHING_WAITS: Backlog = {
  parked: 0,
  oldestAgeSeconds: 0,
  misread: 0,
  readingAgeSeconds: 0,
  needingConsent: 0,
};

export type SyncResult = 'created' | 'updated' | 'skipped' | 'error';
export type SyncStage = 'fetch' | 'parse' | 'update';

const RESULTS: SyncResult[] = ['created', 'updated', 'skipped', 'error'];
const STAGES: SyncStage[] = ['fetch', 'parse', 'update'];
const OPERATIONS = [
  'query_customer',
  'query_invoice',
  'query_payment',
  'query_creditmemo',
  'cdc',
  'companyinfo',
  'preferences',
  'customer_save',
  'token',
];

/** Business facts as metrics. Called after the commit that made them true, so that a repetition counts nothing twice. */
@Injectable()
export class Metrics implements CallObserver {
  readonly #known = new Set<string>();
  /** Reads since the last flush to the read budget, by company. */
  #reads = new Map<string, { company: Company; reads: number }>();

  /** All series of an org exist from the start: a counter that begins at 1 shows no increase. */
  introduce(orgId: string): void {
    if (this.#known.has(orgId)) return;
    this.#known.add(orgId);
    const org = { org_id: orgId };
    for (const counter of [invoicesPaid, invoicesGenerated, reads]) counter.inc(org, 0);
    for (const result of RESULTS) customerSync.inc({ ...org, result }, 0);
    for (const stage of STAGES) syncErrors.inc({ ...org, stage }, 0);
    for (const operation of OPERATIONS) apiErrors.inc({ ...org, operation }, 0);
    payments.zero(org);
    this.backlog(orgId, NOTHING_WAITS);
  }

  /** Another replica shows what waits: this one must not go on showing what it last saw. */
  rest(): void {
    for (const orgId of this.#known) this.backlog(orgId, NOTHING_WAITS);
  }

  count(orgId: string, tally: Tally): void {
    invoicesGenerated.inc({ org_id: orgId }, tally.invoicesGenerated);
    invoicesPaid.inc({ org_id: orgId }, tally.invoicesPaid);
    for (const minor of tally.paymentsBaseMinor) payments.observe({ org_id: orgId }, Number(minor));
  }

  customerSynced(orgId: string, result: SyncResult): void {
    this.introduce(orgId);
    customerSync.inc({ org_id: orgId, result });
  }

  syncFailed(orgId: string, stage: SyncStage, times = 1): void {
    syncErrors.inc({ org_id: orgId, stage }, times);
  }

  webhook(result: 'accepted' | 'duplicate' | 'unknown_company', times: number): void {
    webhookItems.inc({ result }, times);
  }

  backlog(orgId: string, state: Backlog): void {
    readingAge.set({ org_id: orgId }, state.readingAgeSeconds);
    needConsent.set({ org_id: orgId }, state.needingConsent);
    parked.set({ org_id: orgId }, state.parked);
    parkedAge.set({ org_id: orgId }, state.oldestAgeSeconds);
    misread.set({ org_id: orgId }, state.misread);
  }

  called(company: Company, _operation: string, metered: boolean): void {
    if (!metered) return;
    reads.inc({ org_id: company.orgId });
    const key = `${company.orgId}:${company.realmId}`;
    const before = this.#reads.get(key)?.reads ?? 0;
    this.#reads.set(key, { company, reads: before + 1 });
  }

  failed(company: Company, operation: string): void {
    apiErrors.inc({ org_id: company.orgId, operation });
  }

  /** Reads since the last call. */
  takeReads(): { company: Company; reads: number }[] {
    const taken = [...this.#reads.values()];
    this.#reads = new Map();
    return taken;
  }
}
