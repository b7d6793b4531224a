import { topicDefs } from '@cashloop/events';
import type { Database } from './databases.ts';

const LOOK_MS = 150;
/** Steps of a few seconds. */
const LATELY = 200;

/** Who moves the offsets, by the name each process gives its connections. */
export class Moves {
  private readonly databases: readonly Database[];

  constructor(databases: readonly Database[]) {
    this.databases = databases;
  }

  /** Who moved within a moment from now; nobody while a database is away. */
  async now(): Promise<Set<string>> {
    const since = await this.mark();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return this.since(since);
  }

  /** Ids of steps grow, also over a crash of the server. */
  mark(): Promise<number[]> {
    const max = 'select max(id) n from drill_step';
    return Promise.all(this.databases.map((one) => one.number(max, [], 1).catch(() => Number.MAX_SAFE_INTEGER)));
  }

  /** Whether others have moved every partition since then that this reader moved shortly before. */
  async takenOver(reader: string, mark: readonly number[]): Promise<boolean> {
    const sql = `with mine as (select distinct partition from drill_step
        where id between $1::bigint - $2::bigint and $1 and topic = $3 and reader = $4),
      others as (select distinct partition from drill_step where id > $1 and topic = $3 and reader <> $4)
      select count(*) n from (select count(*) held, count(others.partition) taken
        from mine left join others using (partition)) t where held > 0 and held = taken`;
    const answers = this.databases.map((database, i) =>
      database.number(sql, [mark[i], LATELY, topicDefs.receivable.name, reader], 1).catch(() => 0),
    );
    return (await Promise.all(answers)).some((answer) => answer > 0);
  }

  private async since(mark: readonly number[]): Promise<Set<string>> {
    const sql = `select distinct reader from drill_step where id > $1 and topic = $2`;
    const found = await Promise.all(
      this.databases.map((database, i) =>
        database.query<{ reader: string }>(sql, [mark[i], topicDefs.receivable.name], 1).catch(() => []),
      ),
    );
    return new Set(found.flat().map(({ reader }) => reader));
  }
}
