import type { Statement } from './statement.ts';

const LEADER = 'cashloop:leader';

/** Statements that concern sessions, not rows. */
export const server: readonly Statement[] = [
  { text: /^select set_config\('cashloop\.orgs', '\{[\d,]*\}', true\)$/, run: () => [] },
  { text: 'select 1', run: () => [{}] },
  { text: 'show synchronous_commit', run: () => [{ synchronous_commit: 'on' }] },
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
