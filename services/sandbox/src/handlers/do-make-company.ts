import { Injectable } from '@nestjs/common';
import { TransactionRunner, type Tx } from '@cashloop/persistence';
import type { Company } from '../domain/company.ts';
import { CompanyStore } from '../stores/company.store.ts';
import { SandboxClock } from '../stores/sandbox-clock.store.ts';

export interface NewCompany {
  name: string;
  homeCurrency?: string;
  realmId?: string;
  timeZone?: string;
  freedPaymentMoves?: boolean;
}

const TIME_ZONE = 'America/Los_Angeles';

/** A company of a name exists once: asking again answers the same one. */
@Injectable()
export class DoMakeCompany {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly companies: CompanyStore,
    private readonly clock: SandboxClock,
  ) {}

  async make(wanted: NewCompany): Promise<{ company: Company; created: boolean }> {
    return this.runner.run([], async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtext('sandbox:companies'))`);
      const before = await this.#before(tx, wanted);
      if (before !== undefined) return { company: before, created: false };
      const company: Company = {
        realmId: wanted.realmId ?? (await this.companies.newRealmId(tx)),
        name: wanted.name,
        homeCurrency: wanted.homeCurrency ?? 'USD',
        timeZone: wanted.timeZone ?? TIME_ZONE,
        freedPaymentMoves: wanted.freedPaymentMoves ?? false,
        uniqueDocNumbers: true,
        webhooks: true,
        createdAt: this.clock.nowInSeconds(),
      };
      await this.companies.add(tx, company);
      return { company, created: true };
    });
  }

  async #before(tx: Tx, { name, realmId }: NewCompany): Promise<Company | undefined> {
    const sameId = realmId === undefined ? undefined : await this.companies.find(tx, realmId);
    return sameId ?? this.companies.findByName(tx, name);
  }
}
