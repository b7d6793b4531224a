import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import type { NumberedRow } from '../domain/bulk-plan.ts';
import { sampleCompany, type SampleCustomer } from '../domain/sample-company.ts';
import { localDate } from '../domain/timestamps.ts';
import { SampleStore } from '../stores/sample.store.ts';
import { SandboxClock } from '../stores/sandbox-clock.store.ts';
import { DoBulkLoad, MOST_BULK_ROWS } from './do-bulk-load.ts';
import { DoMakeCompany } from './do-make-company.ts';

export const SAMPLE_NAME = 'Sample Company';

/** A customer of the sample with its id in the company. */
export interface SampleEntry extends SampleCustomer {
  externalId: string;
}

/** Makes the sample company, or answers it when it is there; an interrupted load goes on where it stopped. */
@Injectable()
export class DoMakeSample {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly companies: DoMakeCompany,
    private readonly bulk: DoBulkLoad,
    private readonly samples: SampleStore,
    private readonly clock: SandboxClock,
  ) {}

  async make(seed: number, customers: number): Promise<{ realmId: string; list: SampleEntry[] }> {
    const { company } = await this.companies.make({ name: SAMPLE_NAME });
    const { realmId } = company;
    const today = localDate(this.clock.now(), company.timeZone);
    const mark = await this.runner.run([], async (tx) => {
      const before = await this.samples.find(tx, realmId);
      if (before !== undefined) return before;
      await this.samples.keep(tx, realmId, { seed, customers, today });
      return { seed, customers, today, list: undefined };
    });
    if (mark.list === undefined) await this.#load(realmId, mark);
    return { realmId, list: (await this.list(realmId)) ?? [] };
  }

  /** Undefined when the company has no sample. */
  async list(realmId: string): Promise<SampleEntry[] | undefined> {
    return this.runner.read([], async (tx) => {
      const mark = await this.samples.find(tx, realmId);
      const ids = await this.samples.idsByKey(tx, realmId);
      return mark?.list?.map((customer) => ({ ...customer, externalId: ids.get(customer.key) ?? '' }));
    });
  }

  async #load(realmId: string, mark: { seed: number; customers: number; today: string }): Promise<void> {
    const { rows, customers: list } = sampleCompany(mark.seed, mark.customers, mark.today);
    const numbered = rows.map((row, index): NumberedRow => ({ line: index + 1, row }));
    for (let at = 0; at < numbered.length; at += MOST_BULK_ROWS) {
      const answer = await this.bulk.load(realmId, numbered.slice(at, at + MOST_BULK_ROWS));
      const fault = answer?.errors[0];
      if (fault !== undefined) throw new Error(`row ${fault.key} of the sample company was refused: ${fault.message}`);
    }
    await this.runner.run([], (tx) => this.samples.keep(tx, realmId, { ...mark, list }));
  }
}
