import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { PendingEvent } from '../domain/webhook-body.ts';

/** An event as stored; `id` is the order of the changes. */
export interface StoredEvent extends PendingEvent {
  id: string;
  attempts: number;
}

interface EventRow {
  id: string;
  event_id: string;
  realm_id: string;
  entity: string;
  entity_id: string;
  event: PendingEvent['event'];
  time: Date;
  attempts: number;
}

/** Due times are the machine's time, not the stand-in's: a moved clock must not hold up deliveries. */
@Injectable()
export class WebhookStore {
  async add(tx: Tx, events: readonly PendingEvent[], delayMs: number): Promise<void> {
    if (events.length === 0) return;
    await tx.query(
      `insert into webhook_event (event_id, realm_id, entity, entity_id, event, time, due_at)
       select e.event_id, e.realm_id, e.entity, e.entity_id, e.event, e.time, clock_timestamp() + $7 * interval '1 millisecond'
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
            with ordinality as e (event_id, realm_id, entity, entity_id, event, time, n) order by e.n`,
      [
        events.map((e) => e.eventId),
        events.map((e) => e.realmId),
        events.map((e) => e.entity),
        events.map((e) => e.entityId),
        events.map((e) => e.event),
        events.map((e) => e.time),
        delayMs,
      ],
    );
  }

  async due(tx: Tx, most: number): Promise<StoredEvent[]> {
    const rows = await tx.query<EventRow>(
      `select id, event_id, realm_id, entity, entity_id, event, time, attempts
       from webhook_event where due_at <= clock_timestamp() order by due_at, id limit $1`,
      [most],
    );
    return rows.map((row) => ({
      id: row.id,
      eventId: row.event_id,
      realmId: row.realm_id,
      entity: row.entity,
      entityId: row.entity_id,
      event: row.event,
      time: row.time,
      attempts: row.attempts,
    }));
  }

  async remove(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.query('delete from webhook_event where id = any($1::bigint[])', [ids]);
  }

  async postpone(tx: Tx, ids: readonly string[], byMs: number): Promise<void> {
    await tx.query(
      `update webhook_event set attempts = attempts + 1, due_at = clock_timestamp() + $2 * interval '1 millisecond'
       where id = any($1::bigint[])`,
      [ids, byMs],
    );
  }

  async waiting(tx: Tx): Promise<number> {
    const [row] = await tx.query<{ n: string }>('select count(*) n from webhook_event');
    return Number(row!.n);
  }
}
