import type { Stage } from '../stage.ts';

/** After one of these, a commit may have happened that its process never heard of, and so never counted. */
const UNCOUNTED = /^(kill|kill_at .*|stop|restart|sql_lost|sql_reply_lost|database_restart)$/;

/** The metric counts each handled event once. */
export function countFaults({ db, strikes }: Stage, counted: number): string[] {
  if ([...strikes.struck.keys()].some((strike) => UNCOUNTED.test(strike))) return [];
  const aside = db.rows('dead_letter').length;
  const handled = db.rows('handled').reduce((sum, row) => sum + (row.times as number), 0) - aside;
  return counted === handled ? [] : [`handled_events_total counts ${counted} events, ${handled} were handled`];
}
