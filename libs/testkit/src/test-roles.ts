import type pg from 'pg';

export const TEST_MIGRATOR = 'cashloop_test_migrator';
export const TEST_LOGIN = 'cashloop_test_login';

/** Makes the two roles of all test databases; roles belong to the whole server. Their passwords are their names. */
export async function withTestRoles(admin: pg.Client): Promise<void> {
  for (const role of [TEST_MIGRATOR, TEST_LOGIN]) {
    const found = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
    if (found.rowCount === 0) {
      await admin.query(`create role ${role} login nosuperuser nocreatedb nocreaterole nobypassrls password '${role}'`);
    }
  }
}
