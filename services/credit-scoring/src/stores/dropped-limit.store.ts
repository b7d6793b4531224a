import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Account } from '../domain/account.ts';
import { limitEvent } from '../domain/announce-limit.ts';
import type { Decisions } from '../domain/decisions.ts';
import { type Circumstances, policyOf } from '../domain/grounds.ts';
import { limitInForce } from '../domain/limit.ts';
import { AuditStore } from './audit.store.ts';

/** Records limits that ended because their account changed its currency. */
@Injectable()
export class DroppedLimitStore {
  constructor(private readonly audit: AuditStore) {}

  async record(tx: Tx, before: Account, after: Account, given: Circumstances, decisions: Decisions): Promise<void> {
    if (before.limit.version === after.limit.version) return;
    const { now } = given;
    const reason = `the account's currency changed from ${before.currency ?? 'none'} to ${after.currency ?? 'none'}`;
    decisions.events.push(limitEvent(before, after, { reason, setBy: 'system', now }));
    const { orgId, accountId } = after;
    await this.audit.add(tx, [
      {
        orgId,
        accountId,
        action: 'CURRENCY_CHANGED',
        currency: before.currency,
        oldLimitMinor: limitInForce(before.limit, now),
        newLimitMinor: null,
        expiresAt: null,
        reason,
        by: 'system',
        at: now,
        policyVersion: policyOf(given, orgId).settings.version,
        accountVersion: before.version,
      },
    ]);
  }
}
