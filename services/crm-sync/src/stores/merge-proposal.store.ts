import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';

/** Doubtful pairs, for a person to decide. */
@Injectable()
export class MergeProposalStore {
  /**
   * Proposes at most one older customer of the same name and one of the same e-mail per new customer: a shared mailbox
   * must not make every pair of its owners a proposal. Members of one tree are no doubt, they are a family.
   * (`+ 0` keeps Postgres from walking all customers in id order instead of looking the name up.)
   */
  async propose(tx: Tx, customerIds: readonly string[], now: Date): Promise<void> {
    if (customerIds.length === 0) return;
    await tx.prepared(
      'merge_proposal_propose',
      `insert into merge_proposal (org_id, customer_id, other_customer_id, reason, created_at)
       select fresh.org_id, fresh.id, pair.id, pair.reason, $2
         from customer fresh
        cross join lateral (
          (select other.id, 'same_name' reason from customer other
            where other.same_name = fresh.same_name and other.id < fresh.id
              and other.id is distinct from fresh.parent_id and other.parent_id is distinct from fresh.id
            order by other.id + 0 limit 1)
          union all
          (select other.id, 'same_email' from customer other
            where other.same_email = fresh.same_email
              and other.id < fresh.id and other.id is distinct from fresh.parent_id
              and other.parent_id is distinct from fresh.id
              and (other.parent_id is null or other.parent_id is distinct from fresh.parent_id)
            order by other.id + 0 limit 1)) pair
        where fresh.id = any($1::bigint[])
       on conflict do nothing`,
      [customerIds, now],
    );
  }
}
