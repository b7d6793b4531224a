import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Books } from './books.store.ts';

/** One change of a customer in QuickBooks. It stands until QuickBooks has made or refused it. */
export interface UpdateClaim {
  customerId: string;
  externalId: string;
  requestId: string;
  /** As it is sent, also when the customer changes meanwhile: another change is another request. */
  change: Record<string, unknown>;
}

/** Changes of customers that this service asks QuickBooks for. Its writers hold the connection's lock. */
@Injectable()
export class CustomerUpdateStore {
  /**
   * A claim that stands is answered as it is: an earlier sync, or one at the same time, may have sent it. Only one for a
   * place in QuickBooks that is another customer's by now is let go.
   */
  async claim(tx: Tx, books: Books, wanted: UpdateClaim, now: Date): Promise<UpdateClaim & { sent: boolean }> {
    const key = [books.orgId, books.company, wanted.customerId];
    await tx.query(
      'delete from customer_update where org_id = $1 and company = $2 and customer_id = $3 and external_id <> $4',
      [...key, wanted.externalId],
    );
    const made = await tx.query(
      `insert into customer_update (org_id, company, customer_id, external_id, request_id, change, requested_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning 1`,
      [...key, wanted.externalId, wanted.requestId, JSON.stringify(wanted.change), now],
    );
    const rows = await tx.query<UpdateClaim>(
      `select customer_id as "customerId", external_id as "externalId", request_id as "requestId", change
       from customer_update where org_id = $1 and company = $2 and customer_id = $3`,
      key,
    );
    return { ...rows[0]!, sent: made.length === 0 };
  }

  /** QuickBooks has answered, yes or no. */
  async end(tx: Tx, books: Books, { customerId, requestId }: UpdateClaim): Promise<void> {
    await tx.query(
      'delete from customer_update where org_id = $1 and company = $2 and customer_id = $3 and request_id = $4',
      [books.orgId, books.company, customerId, requestId],
    );
  }
}
