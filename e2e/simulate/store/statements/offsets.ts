import type { Where } from '../command.ts';
import { addToOutbox } from './outbox.ts';
import type { Statement } from './statement.ts';

const TABLE = 'consumer_offset';

const at =
  (projection: unknown, topic: unknown, partition: unknown): Where =>
  (row) =>
    row.projection === projection && row.topic === topic && row.partition === partition;

const ADVANCE = `update consumer_offset set next_offset = $4, last_id = $5, last_time = $6, handled_at = now(),
  stopped_reason = null, stopped_at = null where projection = $1 and topic = $2 and partition = $3`;

type Run = Statement['run'];

const advance: Run = async (command, [projection, topic, partition, next, id, time]) => {
  await command.update(TABLE, at(projection, topic, partition), () => ({
    next_offset: next,
    last_id: id,
    last_time: String(time),
    stopped_reason: null,
  }));
  return [];
};

const LOCK_FORM =
  /^select next_offset from consumer_offset where projection = '([^']*)' and topic = '([^']*)' and partition = (\d+)( for update)?$/;

const lockOffset: Statement = {
  text: LOCK_FORM,
  literals: (text) => {
    const [, projection, topic, partition, locks] = LOCK_FORM.exec(text) ?? [];
    return [projection, topic, Number(partition), locks !== undefined];
  },
  run: async (command, [projection, topic, partition, locks]) => {
    const where = at(projection, topic, partition);
    if (locks === true) return command.scanForUpdate(TABLE, where);
    return command.scan(TABLE, where).map(({ values }) => values);
  },
};

const makeRows: Run = async (command, [projection, topic, partitions]) => {
  for (const partition of (partitions as number[]).toSorted((a, b) => a - b)) {
    const values = { projection, topic, partition, next_offset: '0', last_id: null, last_time: null };
    await command.insert(TABLE, [projection, topic, partition].join('/'), { ...values, stopped_reason: null });
  }
  return [];
};

/**
 * The trap: the CTE that locks the row and the clause that changes it are one command. Postgres runs the main clause
 * first, because nothing reads the insert; the lock then meets a row its own command has changed, and leaves it out.
 */
const lockInCte: Run = async (command, params, session, db) => {
  const [projection, topic, partition] = params;
  await advance(command, params, session, db);
  const locked = await command.scanForUpdate(TABLE, at(projection, topic, partition));
  if (locked.length > 0) await addToOutbox(command, params.slice(6) as unknown[][]);
  return [];
};

const ROWS =
  'unnest($7::text[], $8::text[], $9::json[], $10::text[]) with ordinality as row(topic, key, headers, value, n)';

export const offsets: readonly Statement[] = [
  lockOffset,
  { text: ADVANCE, run: advance },
  {
    text: `with published as (insert into outbox (topic, key, headers, value) select topic, key, headers, value from (select * from ${ROWS}) rows order by n) ${ADVANCE}`,
    run: async (command, params, session, db) => {
      await advance(command, params, session, db);
      await addToOutbox(command, params.slice(6) as unknown[][]);
      return [];
    },
  },
  {
    text: `with locked as (select next_offset from consumer_offset where projection = $1 and topic = $2 and partition = $3 for update),
      published as (insert into outbox (topic, key, headers, value) select topic, key, headers, value from locked, (select * from ${ROWS}) rows order by n) ${ADVANCE}`,
    run: lockInCte,
  },
  {
    text: `insert into consumer_offset (projection, topic, partition)
     select $1, $2, p from unnest($3::int[]) p order by p on conflict do nothing`,
    run: makeRows,
  },
  {
    text: `select partition, next_offset, last_id, last_time, stopped_reason from consumer_offset
     where projection = $1 and topic = $2 and partition = any($3::int[])`,
    run: (command, [projection, topic, partitions]) =>
      command
        .scan(
          TABLE,
          (row) =>
            row.projection === projection && row.topic === topic && (partitions as unknown[]).includes(row.partition),
        )
        .map(({ values }) => values),
  },
  {
    text: `update consumer_offset set stopped_reason = $5, stopped_at = coalesce(stopped_at, now())
     where projection = $1 and topic = $2 and partition = $3 and next_offset = $4`,
    run: async (command, [projection, topic, partition, next, reason]) => {
      const here = at(projection, topic, partition);
      await command.update(
        TABLE,
        (row) => here(row) && row.next_offset === next,
        () => ({ stopped_reason: reason }),
      );
      return [];
    },
  },
];
