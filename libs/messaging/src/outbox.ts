import type { OutgoingEvent } from '@cashloop/events';
import type { Statement } from '@cashloop/persistence';

const ROWS = `select * from unnest($1::text[], $2::text[], $3::json[], $4::text[]) with ordinality as row(topic, key, headers, value, n)`;

/** Ids follow the order in which the handler returned the events. */
export const INSERT_OUTBOX = `insert into outbox (topic, key, headers, value) select topic, key, headers, value from (${ROWS}) rows order by n`;

/**
 * The four parameters of INSERT_OUTBOX: one array per column, so that any number of events is one statement.
 * @param traceOf the trace each event belongs to, as a `traceparent`
 */
export function outboxParams(
  events: readonly OutgoingEvent[],
  source: string,
  traceOf: (event: OutgoingEvent) => string | undefined,
): unknown[] {
  // JSON leaves out a traceparent that is undefined.
  const headersOf = (event: OutgoingEvent): object => ({
    ...event.headers,
    ce_source: source,
    traceparent: traceOf(event),
  });
  return [
    events.map((event) => event.topic),
    events.map((event) => event.key),
    events.map((event) => JSON.stringify(headersOf(event))),
    events.map((event) => event.value),
  ];
}

/** Stores events; run it last, after the rows it speaks of are locked and written. */
export const outboxStatement = (events: readonly OutgoingEvent[], source: string, traceparent?: string): Statement => ({
  name: 'outbox_insert',
  sql: INSERT_OUTBOX,
  params: outboxParams(events, source, () => traceparent),
});
