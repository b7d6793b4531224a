import type { INestApplication } from '@nestjs/common';
import { customerKey } from '@cashloop/events';
import { MessagingHealth } from '../../src/index.ts';
import { partitionOf } from '../../src/memory/murmur2.ts';
import { rows, trouble, until } from '../notes-service.ts';
import { orgOf, orgs, type TallyStage } from './tally-service.ts';

const PARTITIONS = 8;
const partitionOfCustomer = (customer: string): number =>
  partitionOf(Buffer.from(customerKey(orgOf(customer), customer)), PARTITIONS);

/** A batch that comes to no end for a while, as one does that stands before a lock somebody holds. */
export function lateBatchTests(stage: () => TallyStage): void {
  test('holds up no other partition and no new member: each record once', async () => {
    const first = await stage().app();
    await stage().commit(first, stage().events(12));
    await stage().settles(first);
    const { held, letGo } = hold(partitionOfCustomer('1'));
    await stage().commit(first, stage().events(12));
    const second = await held
      .then(async () => {
        await stage().commit(first, stage().events(12));
        await until(() => othersAre(3, first), 'all other partitions go on', 20_000);
        const joining = await stage().app();
        await until(() => partitionsOf(joining) > 0, 'the new member has a share', 20_000);
        return joining;
      })
      .finally(letGo); // or nothing here could be closed
    await stage().settles(second);
    await stage().eachRecordOnce(second);
    expect(await rows(second, 'select 1 from dead_letter')).toEqual([]);
  });
}

/** The first batch of the partition waits in its transaction until it is let go. */
function hold(partition: number): { held: Promise<void>; letGo: () => void } {
  const met = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  trouble.before = async (events) => {
    if (events[0]?.partition !== partition) return;
    trouble.before = async () => undefined;
    met.resolve();
    await over.promise;
  };
  return { held: met.promise, letGo: over.resolve };
}

async function othersAre(version: number, app: INestApplication): Promise<boolean> {
  const tally = await rows<{ customer_id: string; newest: number }>(app, 'select * from tally', [], orgs);
  const others = tally.filter(({ customer_id: id }) => partitionOfCustomer(id) !== partitionOfCustomer('1'));
  return others.length > 0 && others.every(({ newest }) => newest === version);
}

const partitionsOf = (app: INestApplication): number =>
  app.get(MessagingHealth).state().projections[0]?.partitions ?? 0;
