import { Injectable } from '@nestjs/common';
import { Runs } from '@cashloop/messaging';
import { TransactionRunner } from '@cashloop/persistence';
import { gauges, measured } from '../metrics.ts';
import { MeasureView } from '../stores/measure.view.ts';
import { OrgStore } from '../stores/org.store.ts';

/** Counts accounts, exposure, breaches and holds for the gauges. */
@Injectable()
export class RunMeasure {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly orgs: OrgStore,
    private readonly measures: MeasureView,
  ) {}

  @Runs({ name: 'measure', everyMs: 5000 })
  async run(): Promise<void> {
    const orgIds = await this.orgs.all(this.runner);
    const { accounts, exposures, holds } = await this.runner.read(orgIds, (tx) => this.measures.read(tx));
    gauges.exposure.reset();
    for (const row of exposures) gauges.exposure.set({ org_id: row.org_id, currency: row.currency }, Number(row.minor));
    for (const org_id of orgIds) {
      for (const enforcement of ['enforce', 'observe']) {
        const found = holds.find((row) => row.org_id === org_id && row.enforcement === enforcement);
        gauges.holds.set({ org_id, enforcement }, found?.holds ?? 0);
      }
      const row = accounts.find((one) => one.org_id === org_id);
      gauges.accounts.set({ org_id }, row?.accounts ?? 0);
      gauges.unrated.set({ org_id }, row?.unrated ?? 0);
      gauges.doubtful.set({ org_id }, row?.doubtful ?? 0);
      gauges.waiting.set({ org_id }, row?.waiting ?? 0);
      gauges.breaches.set({ org_id }, row?.breaches ?? 0);
    }
    measured();
  }
}
