import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';

export interface AccountCounts {
  org_id: string;
  accounts: number;
  unrated: number;
  doubtful: number;
  waiting: number;
  breaches: number;
}

/** What the gauges show, for all orgs of the transaction. */
@Injectable()
export class MeasureView {
  async read(tx: Tx) {
    const accounts = await tx.query<AccountCounts>(
      `select org_id, count(*)::int as accounts,
         count(*) filter (where standing_limit_minor is null and temporary_limit_minor is null)::int as unrated,
         count(*) filter (where unconvertible > 0 or untied > 0)::int as doubtful,
         count(*) filter (where not ready)::int as waiting,
         count(*) filter (where breach_id is not null)::int as breaches
       from account where root_id = account_id group by org_id`,
    );
    const exposures = await tx.query<{ org_id: string; currency: string; minor: string }>(
      `select org_id, currency, sum(exposure_minor)::text as minor from account
       where root_id = account_id and currency is not null group by org_id, currency`,
    );
    const holds = await tx.query<{ org_id: string; enforcement: string; holds: number }>(
      `select org_id, enforcement, count(*)::int as holds from credit_hold where state = 'held' group by org_id, enforcement`,
    );
    return { accounts, exposures, holds };
  }
}
