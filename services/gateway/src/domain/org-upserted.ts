import { create, OrgStateSchema, outgoing, topicDefs, type OutgoingEvent } from '@cashloop/events';
import type { Org } from './org.ts';

/** The event that says how an org now stands. */
export function orgUpserted(org: Org, now: Date): OutgoingEvent {
  const data = create(OrgStateSchema, {
    orgId: org.id,
    version: org.version,
    name: org.name,
    timeZone: org.timeZone,
    baseCurrency: org.baseCurrency,
    calendar: org.calendar,
  });
  return outgoing(topicDefs.org, 'org_upserted', data, {
    orgId: org.id,
    key: org.id,
    subject: `org/${org.id}`,
    time: now,
  });
}
