/** Rows as one JSON parameter for jsonb_to_recordset; bigints as text, which Postgres reads back exactly. */
export const json = (rows: unknown): string =>
  JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
