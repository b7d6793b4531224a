import { topicDefs } from '@cashloop/events';
import { isPassing, MessagingHealth } from '../../src/index.ts';
import { rows } from '../notes-service.ts';
import { orgs, type TallyStage } from './tally-service.ts';

const FAILURES = 10;

/** Where a statement of ours may meet a full disk: the last one of a transaction too, when all else is written. */
const statements = [
  [
    'a commit stores its events',
    `before insert on outbox for each row when (new.topic = '${topicDefs.customer.name}')`,
  ],
  ['a batch stores its answers', `before insert on outbox for each row when (new.topic = '${topicDefs.sync.name}')`],
  ['a batch moves its offset', 'before update on consumer_offset for each row'],
] as const;

/** A disk that is full for a while: Postgres answers 53100, and nothing of the transaction remains. */
export function fullDiskTests(stage: () => TallyStage): void {
  test.each(statements)('when %s: waited out, each record once, nothing is parked', async (_, when) => {
    const app = await stage().app();
    const failures = await failing(stage(), when);
    const faults: unknown[] = [];
    for (let i = 0; i < 4; i += 1) faults.push(...(await stage().commitSurely(app, stage().events(36))));
    expect(faults.filter((fault) => !isPassing(fault))).toEqual([]);
    await stage().settles(app);
    expect(await failures()).toBe(FAILURES);
    await stage().eachRecordOnce(app);
    expect(await rows(app, 'select 1 from dead_letter', [], orgs)).toEqual([]);
    expect(app.get(MessagingHealth).state().stoppedPartitions).toEqual([]);
    await app.close();
  });
}

/**
 * Fails the first times. A sequence counts them, because it is not rolled back.
 * @returns how often it has failed
 */
async function failing(stage: TallyStage, when: string): Promise<() => Promise<number>> {
  await stage.asAdmin('create sequence full_disk');
  await stage.asAdmin(
    `create function full_disk() returns trigger language plpgsql security definer as $$ begin
       if nextval('full_disk') <= ${FAILURES} then raise 'no space left' using errcode = '53100'; end if;
       return new;
     end $$`,
  );
  await stage.asAdmin(`create trigger full_disk ${when} execute function full_disk()`);
  return async () => {
    const [row] = await stage.asAdmin<{ n: string }>('select last_value n from full_disk');
    return Math.min(Number(row?.n), FAILURES + 1) - 1;
  };
}
