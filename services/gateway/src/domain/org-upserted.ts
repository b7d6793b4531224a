import { create, OrgStateSchema, outgoing, topicDefs, versionId, type OutgoingEvent } from '@cashloop/events';
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
  const document = { orgId: org.id, subject: `org/${org.id}`, version: org.version };
  return outgoing(topicDefs.org, 'org_upserted', data, {
    ...document,
    id: versionId(document),
    key: org.id,
    time: now,
  });
}
