import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Books } from './books.store.ts';

/** One change of a customer in QuickBooks. It stands until QuickBooks has made or refused it. */
export interface UpdateClaim {
  customerId: string;
  externalId: string;
  requestId: string;
  /** As it is sent: another change is another request. */
  change: Record<string, unknown>;
}

// QuickBooks answers a request id as it did the first time, also with a failure of its own. By now any earlier request of
// ours has been given up.
const RENEWED_AFTER_MS = 5 * 60_000;

/** Changes of customers that this service asks QuickBooks for. Its writers hold the connection's lock. */
@Injectable()
export class CustomerUpdateStore {
  /**
   * A claim that stands is answered as it is while the change it asks for is still wanted: an earlier sync, or one at the
   * same time, may have sent it. Any other one is given up for what is wanted now: whichever of the two requests comes
   * second, QuickBooks refuses it by its SyncToken.
   */
  async claim(tx: Tx, books: Books, wanted: UpdateClaim, now: Date): Promise<UpdateClaim & { sent: boolean }> {
    const key = [books.orgId, books.company, wanted.customerId];
    const [standing] = await tx.query<UpdateClaim & { requestedAt: Date }>(
      `select customer_id as "customerId", external_id as "externalId", request_id as "requestId", change,
         requested_at as "requestedAt"
       from customer_update where org_id = $1 and company = $2 and customer_id = $3`,
      key,
    );
    const sent = standing !== undefined && sameFields(standing, wanted);
    if (sent && now.getTime() - standing.requestedAt.getTime() < RENEWED_AFTER_MS) return { ...standing, sent };
    await tx.query('delete from customer_update where org_id = $1 and company = $2 and customer_id = $3', key);
    await tx.query(
      `insert into customer_update (org_id, company, customer_id, external_id, request_id, change, requested_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [...key, wanted.externalId, wanted.requestId, JSON.stringify(wanted.change), now],
    );
    return { ...wanted, sent };
  }

  /** QuickBooks has answered, yes or no. */
  async end(tx: Tx, books: Books, { customerId, requestId }: UpdateClaim): Promise<void> {
    await tx.query(
      'delete from customer_update where org_id = $1 and company = $2 and customer_id = $3 and request_id = $4',
      [books.orgId, books.company, customerId, requestId],
    );
  }
}

/** The SyncToken says which version a change is made of, not what it is. */
const sameFields = (a: UpdateClaim, b: UpdateClaim): boolean =>
  isDeepStrictEqual({ ...a.change, SyncToken: '' }, { ...b.change, SyncToken: '' });
