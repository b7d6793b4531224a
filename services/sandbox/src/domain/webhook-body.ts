import { createHash, createHmac } from 'node:crypto';
import type { WebhookEvent } from './decide-write.ts';

/** A change waiting to be announced. */
export interface PendingEvent {
  /** Repeated when the event is sent again. */
  eventId: string;
  realmId: string;
  entity: string;
  entityId: string;
  event: WebhookEvent;
  time: Date;
}

/** The CloudEvents array Intuit posts; one body may mix companies. */
export function webhookBody(events: readonly PendingEvent[]): string {
  return JSON.stringify(
    events.map((event) => ({
      specversion: '1.0',
      id: event.eventId,
      source: sourceOf(event.realmId),
      type: `qbo.${event.entity.toLowerCase()}.${event.event}.v1`,
      datacontenttype: 'application/json',
      time: nanoseconds(event),
      intuitentityid: event.entityId,
      intuitaccountid: event.realmId,
      data: {},
    })),
  );
}

/** Value of the header intuit-signature. */
export const signatureOf = (body: string, verifierToken: string): string =>
  createHmac('sha256', verifierToken).update(body).digest('base64');

const sourceOf = (realmId: string): string =>
  `intuit.${createHash('sha256').update(realmId).digest('base64').replaceAll('/', '_').replaceAll('+', '-')}`;

/** Intuit writes nine digits; those below the millisecond come from the event's id, so that a repeat is the same. */
function nanoseconds({ time, eventId }: PendingEvent): string {
  const digits = createHash('sha256').update(eventId).digest().readUInt32BE(0) % 1_000_000;
  return `${time.toISOString().slice(0, -1)}${String(digits).padStart(6, '0')}Z`;
}
