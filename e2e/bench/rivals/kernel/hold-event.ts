import {
  create,
  CreditHoldState_Scope,
  CreditHoldState_Severity,
  CreditHoldState_State,
  CreditHoldStateSchema,
  customerKey,
  outgoing,
  topicDefs,
  type OutgoingEvent,
} from '@cashloop/events';
import type { Account } from './bench.store.ts';

/** What the plain design emits: the account's hold came or went. */
export function holdEvent({ customerId, orgId, version, exposure, held }: Account, now: Date): OutgoingEvent {
  const state = create(CreditHoldStateSchema, {
    accountId: customerId,
    version,
    state: held ? CreditHoldState_State.HELD : CreditHoldState_State.FREE,
    severity: CreditHoldState_Severity.SOFT,
    scope: CreditHoldState_Scope.NEW_ORDERS,
    exposureMinor: String(exposure),
  });
  return outgoing(topicDefs.creditHold, held ? 'credit_hold_placed' : 'credit_hold_released', state, {
    orgId,
    key: customerKey(orgId, customerId),
    subject: `credit_hold/${customerId}`,
    time: now,
  });
}
