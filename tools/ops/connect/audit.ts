import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type pg from 'pg';
import {
  create,
  OperatorActionStateSchema,
  outgoing,
  serviceKey,
  timestampFromDate,
  topicDefs,
} from '@cashloop/events';
import { storeEvents } from './service-database.ts';

export interface OperatorAction {
  service: string;
  /** offsets_set, dead_letter_retried, dead_letter_discarded, outbox_parked, republished, replay_dropped ... */
  action: string;
  target: string;
  reason: string;
  orgId?: string | null;
}

/** Stores the action as an event in the outbox of the service it acts on, in the transaction that does it. */
export async function recordAction(
  client: pg.Client,
  { service, action, target, reason, orgId }: OperatorAction,
): Promise<void> {
  const at = new Date();
  const org = orgId ?? '1';
  const actionId = randomUUID();
  const state = create(OperatorActionStateSchema, {
    actionId,
    version: 1,
    service,
    action,
    target,
    reason,
    performedBy: process.env['CASHLOOP_OPERATOR'] ?? userInfo().username,
    at: timestampFromDate(at),
  });
  const event = outgoing(topicDefs.ops, 'operator_action_recorded', state, {
    orgId: org,
    key: serviceKey(org, service),
    subject: `operator_action/${actionId}`,
    time: at,
  });
  await storeEvents(client, [event], service);
}
