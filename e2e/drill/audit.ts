import type { Database } from './databases.ts';

/** A trigger writes in the transaction it watches: what was rolled back leaves no trace. */
const trigger = (name: string, body: string): string =>
  `create function ${name}() returns trigger language plpgsql security definer set search_path = public
     as $$ begin ${body} return null; end $$`;

const STEPS = [
  `create table drill_step (id bigint generated always as identity primary key, reader text not null,
     projection text not null, topic text not null, partition int not null, before bigint not null, after bigint)`,
  // A row that is deleted begins again from the start.
  trigger(
    'drill_step',
    `if new.next_offset is distinct from old.next_offset or new.handled_at is distinct from old.handled_at then
       insert into drill_step (reader, projection, topic, partition, before, after) values
         (current_setting('application_name'), old.projection, old.topic, old.partition, old.next_offset, new.next_offset);
     end if;`,
  ),
  `create trigger drill_step after update or delete on consumer_offset for each row execute function drill_step()`,
];

const DOCUMENTS = [
  `create table drill_written (document text not null, version int not null)`,
  trigger(
    'drill_written',
    `insert into drill_written values (tg_table_name || '/' || (to_jsonb(new) ->> tg_argv[0]), new.version);`,
  ),
  ...['invoice', 'payment'].map(
    (table) => `create trigger drill_written after insert or update on ${table}
      for each row execute function drill_written('${table}_id')`,
  ),
];

/** Watches how far the readers of a database are, and who moved them. The login under test cannot switch it off. */
export const auditSteps = (database: Database): Promise<void> => run(database, STEPS);

/** Watches which version of which invoice and payment is written. */
export const auditDocuments = (database: Database): Promise<void> => run(database, DOCUMENTS);

async function run(database: Database, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await database.query(statement, [], 1);
}

/** Batches after which the offset was not further than before: their events had been handled already. */
export const handledTwice = (database: Database): Promise<number> =>
  database.number('select count(*) n from drill_step where after is null or after <= before');

/** Versions of documents that were written more than once. */
export const writtenTwice = (database: Database): Promise<number> =>
  database.number(
    'select coalesce(sum(times - 1), 0) n from (select count(*) times from drill_written group by document, version) t',
  );
