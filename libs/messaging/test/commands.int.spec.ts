import type { INestApplication } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { type CommandReply, Commands, Inbox } from '../src/index.ts';
import { orgEvent, stand, type Stand, rows } from './notes-service.ts';

describe('commands', () => {
  let place: Stand;
  let app: INestApplication;
  let runs = 0;

  beforeAll(async () => {
    place = await stand();
    app = await place.app({}, []);
  });
  afterAll(() => place.close());

  const command = (key: string | undefined, body: unknown, fail = false): Promise<CommandReply> =>
    app.get(Commands).run({ orgId: '1', name: 'note', idempotencyKey: key, body }, async ({ tx }) => {
      runs += 1;
      await tx.query(`insert into seen values (1, $1, 1)`, [`run ${runs}`]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (fail) throw new Error('refused');
      return { status: 201, reply: { run: runs, amount: 12n }, events: [orgEvent('1')] };
    });

  test('a repeated command gets the first reply byte for byte and does nothing', async () => {
    const first = await command('k1', { a: 1, b: [2n] });
    const again = await command('k1', { b: [2n], a: 1 });
    expect(first).toEqual({ status: 201, body: '{"run":1,"amount":"12"}', replayed: false });
    expect(again).toEqual({ ...first, replayed: true });
    expect(runs).toBe(1);
  });

  test('two at the same moment: one works, the other waits for its reply', async () => {
    const replies = await Promise.all([command('k2', {}), command('k2', {})]);
    expect(replies.map((reply) => reply.replayed).sort()).toEqual([false, true]);
    expect(new Set(replies.map((reply) => reply.body)).size).toBe(1);
  });

  test('the same key with another body is refused', async () => {
    await expect(command('k1', { a: 2 })).rejects.toMatchObject({ code: 'idempotency.key_reused', status: 422 });
  });

  test('a refused command leaves nothing behind, so its key may be used again', async () => {
    await expect(command('k3', {}, true)).rejects.toThrow('refused');
    expect((await command('k3', {})).replayed).toBe(false);
  });

  test('without a key every request is its own', async () => {
    const before = runs;
    await command(undefined, {});
    await command(undefined, {});
    expect(runs).toBe(before + 2);
    expect((await rows(app, `select 1 from seen`)).length).toBe(runs - 1); // the refused one left none
  });

  test('the inbox knows a webhook that came before', async () => {
    const first = (): Promise<boolean> =>
      app.get(TransactionRunner).run([], (tx) => app.get(Inbox).first(tx, 'quickbooks', 'evt-1'));
    expect([await first(), await first()]).toEqual([true, false]);
  });
});
