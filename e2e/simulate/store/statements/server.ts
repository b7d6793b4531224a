import type { Statement } from './statement.ts';

const LEADER = 'cashloop:leader';

const PING = `select current_setting('synchronous_commit') <> 'off' and not exists (select from (
    select setting from pg_db_role_setting, unnest(setconfig) as setting
    where setting like 'synchronous\\_commit=%' and setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and setrole in (0, (select oid from pg_roles where rolname = current_user))
    order by setrole <> 0 desc, setdatabase <> 0 desc limit 1) as newest
  where setting ~* '=(off|false|no|0)$') as waits`;

/** Statements that concern sessions, not rows. */
export const server: readonly Statement[] = [
  { text: /^select set_config\('cashloop\.orgs', '\{[\d,]*\}', true\)$/, run: () => [] },
  { text: PING, run: () => [{ waits: true }] },
  {
    text: `select pg_try_advisory_lock(hashtext('cashloop:leader')) as got`,
    run: (_command, _params, session, db) => {
      const got = !db.advisory.has(LEADER) || db.advisory.get(LEADER) === session;
      if (got) db.advisory.set(LEADER, session);
      return [{ got }];
    },
  },
  {
    text: 'listen cashloop_outbox',
    run: (_command, _params, session) => {
      session.channels.add('cashloop_outbox');
      return [];
    },
  },
  {
    text: 'notify cashloop_outbox',
    run: (_command, _params, _session, db) => {
      for (const session of db.sessions) {
        if (session.channels.has('cashloop_outbox')) session.spec.onNotify('cashloop_outbox');
      }
      return [];
    },
  },
];
