/**
 * The orgs this transaction may touch. Without a setting it is null, and `= any(null)` is never true: no rows, no error
 * (`''::bigint[]` would be one). The sub-select makes Postgres evaluate it once per statement, not once per row.
 */
const ORGS = `(select nullif(current_setting('cashloop.orgs', true), '')::bigint[])::bigint[]`;

/**
 * SQL that shuts a table off by tenant. The table must have `org_id bigint not null`.
 * FORCE binds the owner too, so that a migration that fills rows has to say for which orgs.
 *
 * @param table name of a table of this database, as written in the migration
 * @param orgColumn column that holds the org, `org_id` unless told
 * @returns statements to run one by one in a migration
 */
export function tenantTable(table: string, orgColumn = 'org_id'): string[] {
  const owned = `${orgColumn} = any(${ORGS})`;
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy tenant on ${table} using (${owned}) with check (${owned})`,
  ];
}
