import { QueryFailedError } from 'typeorm';

/** A migration did not go through; nothing of it was applied. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';
  readonly database: string;
  readonly migration: string;
  /** Where the migration stands, when the error tells. */
  readonly file: string | undefined;
  readonly statement: string | undefined;
  /** Postgres' own words. */
  readonly reason: string;

  constructor(database: string, migration: string, cause: unknown) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const statement = cause instanceof QueryFailedError ? cause.query : undefined;
    const file = fileIn(error.stack);
    super(
      [
        `migration ${migration} of database ${database} failed: ${error.message}`,
        file && `  file: ${file}`,
        statement && `  statement: ${statement.trim()}`,
        ...detailsOf(cause),
      ]
        .filter(Boolean)
        .join('\n'),
      { cause },
    );
    this.database = database;
    this.migration = migration;
    this.file = file;
    this.statement = statement;
    this.reason = error.message;
  }
}

/** The stack of the failed statement leads through the migration's own file. */
const fileIn = (stack: string | undefined): string | undefined =>
  stack?.match(/(?:file:\/\/)?([^\s()]*\/migrations\/[^\s():]+\.[jt]s:\d+)/)?.[1];

function detailsOf(cause: unknown): string[] {
  const driver = cause instanceof QueryFailedError ? (cause.driverError as unknown as Record<string, unknown>) : {};
  return ['detail', 'hint', 'where']
    .filter((key) => typeof driver[key] === 'string')
    .map((key) => `  ${key}: ${driver[key] as string}`);
}
