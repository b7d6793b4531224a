import type pg from 'pg';
import { topicDefs } from '@cashloop/events';
import { Feed } from '../drill/feed.ts';
import { newestOf, type Told, type Telling } from './drift.ts';
import type { Place } from './side.ts';
import { count, waitUntil } from './stage.ts';

/** Reads a record's value; undefined when it tells of something else. */
type Read = (value: string) => Telling | undefined;

/** Waits until the relay has sent and deleted everything. */
export const sentFrom = (admin: pg.Client): Promise<void> =>
  waitUntil(async () => (await count(admin, 'select count(*) n from outbox')) === 0, 60_000, 'the outbox');

/** The newest on a topic for each customer, of what was sent since the stage was opened. */
export async function onTopic({ broker, openedMs }: Place, topic: string, read: Read): Promise<Map<string, Told>> {
  const records = await new Feed(broker.brokers.join(',')).records(broker.topicPrefix + topic);
  const ours = records.filter(({ timestamp }) => Number(timestamp) >= openedMs);
  return toldBy(
    ours.map(({ value }) => value!.toString()),
    read,
  );
}

/** The same of a service that has no relay. */
export async function inOutbox(admin: pg.Client, read: Read): Promise<Map<string, Told>> {
  const sql = 'select value from outbox where topic = $1 order by id';
  const { rows } = await admin.query<{ value: string }>(sql, [topicDefs.creditHold.name]);
  return toldBy(
    rows.map(({ value }) => value),
    read,
  );
}

const toldBy = (values: readonly string[], read: Read): Map<string, Told> =>
  newestOf(values.map(read).filter((telling) => telling !== undefined));
