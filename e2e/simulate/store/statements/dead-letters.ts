import type { Values } from '../rows.ts';
import type { Statement } from './statement.ts';

const TABLE = 'dead_letter';
const byId = (a: Values, b: Values): number => Number(a.id) - Number(b.id);
const dueAt = (nowMs: number, state: unknown, seconds: unknown): number | null =>
  state === 'retrying' ? nowMs + Number(seconds) * 1_000 : null;

const store: Statement['run'] = async (command, params) => {
  const [projection, topic, partition, offset, , , , key, headers, value, time, state, seconds, code, error] = params;
  const place = { id: String(command.nextId(TABLE)), projection, topic, partition, record_offset: offset };
  const letter = {
    ...{ key, headers: JSON.parse(headers as string) as unknown, value, record_time: String(time), state, attempts: 0 },
    ...{ next_attempt_at: dueAt(command.nowMs, state, seconds), error_code: code, error, created_at: command.nowMs },
  };
  const closed = (row: Values): boolean => row.state === 'done' || row.state === 'discarded';
  await command.upsert(TABLE, [projection, topic, partition, offset].join('/'), { ...place, ...letter }, (before) =>
    closed(before) || before.record_time !== String(time) ? letter : {},
  );
  return [];
};

export const deadLetters: readonly Statement[] = [
  {
    text: `insert into dead_letter (projection, topic, partition, record_offset, event_id, event_type, org_id, key, headers,
         value, record_time, state, next_attempt_at, error_code, error)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
         case when $12 = 'retrying' then now() + make_interval(secs => $13) end, $14, $15)
       on conflict (projection, topic, partition, record_offset) do update set event_id = excluded.event_id,
         event_type = excluded.event_type, org_id = excluded.org_id, key = excluded.key, headers = excluded.headers,
         value = excluded.value, record_time = excluded.record_time, state = excluded.state, attempts = 0,
         next_attempt_at = excluded.next_attempt_at, error_code = excluded.error_code, error = excluded.error,
         created_at = now(), updated_at = now()
       where dead_letter.state in ('done', 'discarded') or dead_letter.record_time <> excluded.record_time`,
    run: store,
  },
  {
    text: `select count(*)::int as n from dead_letter
     where projection = $1 and topic = $2 and partition = $3 and created_at > now() - interval '1 minute'`,
    run: (command, [projection, topic, partition]) => {
      const since = command.nowMs - 60_000;
      const lately = command.scan(
        TABLE,
        (row) =>
          row.projection === projection &&
          row.topic === topic &&
          row.partition === partition &&
          (row.created_at as number) > since,
      );
      return [{ n: lately.length }];
    },
  },
  {
    text: `select * from dead_letter where state = 'retrying' and next_attempt_at <= now() and projection = any($1::text[])
         order by id limit 50`,
    run: (command, [projections]) =>
      command
        .scan(
          TABLE,
          (row) =>
            row.state === 'retrying' &&
            (row.next_attempt_at as number) <= command.nowMs &&
            (projections as unknown[]).includes(row.projection),
        )
        .map(({ values }) => values)
        .sort(byId),
  },
  {
    text: `select 1 from dead_letter where id = $1 and state = 'retrying' and attempts = $2 for update skip locked`,
    run: (command, [id, attempts]) =>
      command.scanForUpdate(
        TABLE,
        (row) => row.id === id && row.state === 'retrying' && row.attempts === attempts,
        '',
        true,
      ),
  },
  {
    text: `update dead_letter set state = 'done', attempts = attempts + 1, updated_at = now() where id = $1`,
    run: async (command, [id]) => {
      await command.update(
        TABLE,
        (row) => row.id === id,
        (row) => ({ state: 'done', attempts: (row.attempts as number) + 1 }),
      );
      return [];
    },
  },
  {
    text: `update dead_letter set attempts = $2, state = $3, error_code = $4, error = $5, updated_at = now(),
           next_attempt_at = case when $3 = 'retrying' then now() + make_interval(secs => $6) end
         where id = $1 and state = 'retrying' and attempts = $2 - 1`,
    run: async (command, [id, attempts, state, code, error, seconds]) => {
      await command.update(
        TABLE,
        (row) => row.id === id && row.state === 'retrying' && row.attempts === Number(attempts) - 1,
        () => ({
          ...{ attempts, state, error_code: code, error },
          next_attempt_at: dueAt(command.nowMs, state, seconds),
        }),
      );
      return [];
    },
  },
  {
    text: `update dead_letter set next_attempt_at = now() + make_interval(secs => $2) where id = $1 and state = 'retrying'`,
    run: async (command, [id, seconds]) => {
      await command.update(
        TABLE,
        (row) => row.id === id && row.state === 'retrying',
        () => ({ next_attempt_at: command.nowMs + Number(seconds) * 1_000 }),
      );
      return [];
    },
  },
  {
    // What `ops -- dead-letters retry` does to a parked one.
    text: `update dead_letter set state = 'retrying', attempts = 0, next_attempt_at = now() where state = 'parked'`,
    run: async (command) => {
      await command.update(
        TABLE,
        (row) => row.state === 'parked',
        () => ({ state: 'retrying', attempts: 0, next_attempt_at: command.nowMs }),
      );
      return [];
    },
  },
  {
    text: `select projection, count(*)::int as n from dead_letter where state = 'parked' group by projection`,
    run: () => [],
  },
  {
    text: `delete from dead_letter where state in ('done', 'discarded') and updated_at < now() - make_interval(days => $1)`,
    run: () => [],
  },
];
