import type { Statement } from './statement.ts';

const TABLE = 'inbox';
const keyOf = (source: unknown, key: unknown): string => `${String(source)} ${String(key)}`;

export const inbox: readonly Statement[] = [
  {
    text: 'insert into inbox (source, key, body_hash) values ($1, $2, $3) on conflict do nothing returning 1',
    run: async (command, [source, key, hash]) => {
      const mine = await command.insert(TABLE, keyOf(source, key), { source, key, body_hash: hash });
      return mine ? [{}] : [];
    },
  },
  {
    text: 'select body_hash, status, reply from inbox where source = $1 and key = $2',
    run: (command, [source, key]) =>
      command.scan(TABLE, (row) => row.source === source && row.key === key).map(({ values }) => values),
  },
  {
    text: 'update inbox set status = $3, reply = $4 where source = $1 and key = $2',
    run: async (command, [source, key, status, reply]) => {
      await command.update(
        TABLE,
        (row) => row.source === source && row.key === key,
        () => ({ status, reply }),
      );
      return [];
    },
  },
  { text: 'delete from inbox where created_at < now() - make_interval(days => $1)', run: () => [] },
];
