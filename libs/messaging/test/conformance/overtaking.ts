import type { INestApplication } from '@nestjs/common';
import type { OutgoingEvent } from '@cashloop/events';
import { FaultyBroker, type Faults } from '../../src/memory/index.ts';
import { rows, until } from '../notes-service.ts';
import { accountTopics, amountOf, limitOf, OnAccounts } from './accounts-service.ts';
import { published } from './broker-stage.ts';
import { orgOf, orgs, type TallyStage } from './tally-service.ts';

const faults: Omit<Faults, 'seed'> = { heldBack: 0.3, otherBorders: 0.2, again: 0.2 };
const accounts = Array.from({ length: 12 }, (_, i) => String(i + 1));
const INVOICES_EACH = 3;
const STEP_MINOR = 10;
const ROUNDS_MIN = 6;
const ROUNDS_MAX = 60;

/** Partitions, of one topic and of two, whose order says nothing: each may be a while behind all others. */
export function overtakingTests(stage: () => TallyStage): void {
  test.each([1, 2, 3])(
    'partitions and topics that overtake each other meet in the same rows: each record once, each crossing told once (seed %i)',
    async (seed) => {
      const brokers = [seed, seed + 100].map((n) => new FaultyBroker(stage().stage.client(), { seed: n, ...faults }));
      const options = { handlers: [OnAccounts], publishes: [...published, ...accountTopics], partitionsAtOnce: 8 };
      const [app, second] = [
        await stage().app({ broker: brokers[0], ...options }),
        await stage().app({ broker: brokers[1], ...options }),
      ];
      const overtaken = async (): Promise<boolean> =>
        brokers.every(({ struck }) => struck.heldBack !== undefined) && (await late(app)) > 0;
      let rounds = 0;
      while (rounds < ROUNDS_MIN || (rounds < ROUNDS_MAX && !(await overtaken()))) {
        await stage().commit(app, changesOf((rounds += 1)));
      }
      await settles(stage(), app, rounds);
      expect(await overtaken()).toBe(true);
      await stage().eachRecordOnce(app, accountTopics);
      expect(await rows(app, 'select 1 from dead_letter')).toEqual([]);
      await second.close();
      await app.close();
    },
  );
}

/** Limits only fall and amounts only grow: so whatever overtakes what, a crossing happens once, and is never undone. */
const limitIn = (round: number, account: number): number =>
  [STEP_MINOR, 60 + Math.ceil(600 / round), 1_000_000 - round][account % 3] as number;

/** A third of the accounts crosses in its first round, where limit and amounts meet, a third later, a third never. */
const crosses = (rounds: number, account: number): boolean =>
  limitIn(rounds, account) < rounds * STEP_MINOR * INVOICES_EACH;

function changesOf(round: number): OutgoingEvent[] {
  return accounts.flatMap((account) => {
    const change = { orgId: orgOf(account), account, version: round };
    const amounts = Array.from({ length: INVOICES_EACH }, (_, i) =>
      amountOf(change, `${account}-${i}`, round * STEP_MINOR),
    );
    return [limitOf(change, limitIn(round, Number(account))), ...amounts];
  });
}

async function settles(stage: TallyStage, app: INestApplication, rounds: number): Promise<void> {
  const made = rounds * accounts.length * (1 + INVOICES_EACH);
  const seen = async (): Promise<number> => (await rows(app, 'select 1 from seen', [], orgs)).length;
  await until(async () => (await seen()) === made, `${made} events handled`);
  await until(async () => (await rows(app, 'select 1 from outbox limit 1')).length === 0, 'outbox empty');
  const found = await rows<object>(
    app,
    `select account_id, limit_minor::int, told, newest, sum(minor)::int total, min(version) oldest
     from account join amount using (account_id) group by account_id, limit_minor, told, newest order by account_id`,
    [],
    orgs,
  );
  expect(found).toEqual(
    accounts.map((account) => ({
      account_id: account,
      limit_minor: limitIn(rounds, Number(account)),
      told: crosses(rounds, Number(account)) ? 1 : 0,
      newest: rounds,
      total: rounds * STEP_MINOR * INVOICES_EACH,
      oldest: rounds,
    })),
  );
  const crossed = accounts.filter((account) => crosses(rounds, Number(account)));
  const answers = [...(await stage.answers())].map(([subject, ids]) => [subject, ids.size]);
  expect(new Map(answers as [string, number][])).toEqual(new Map(crossed.map((account) => [`crossing/${account}`, 1])));
}

async function late(app: INestApplication): Promise<number> {
  const [row] = await rows<{ n: string | null }>(app, 'select sum(late) n from account', [], orgs);
  return Number(row?.n ?? 0);
}
