import kafkajs from 'kafkajs';
import type { BrokerConsumer, BrokerMessage, FetchedBatch, PartitionControl } from '../broker.ts';
import { pause } from '../pauses.ts';
import { FaultyBroker } from './faulty-broker.ts';
import { MemoryCluster } from './memory-broker.ts';
import { partitionOf } from './murmur2.ts';

const message = (key: string, value: string): BrokerMessage => ({ topic: 't', key, value, headers: { ce_id: value } });
type Take = (batch: FetchedBatch, control: PartitionControl) => Promise<void> | void;

describe('MemoryCluster', () => {
  let cluster: MemoryCluster;
  let opened: BrokerConsumer[];

  beforeEach(() => {
    cluster = new MemoryCluster();
    cluster.log.create('t', 4);
    opened = [];
  });
  afterEach(async () => {
    for (const one of opened) await one.close();
  });

  const send = async (...messages: BrokerMessage[]): Promise<void> =>
    (await cluster.client().producer()).send(messages);
  const member = async (take: Take, assigned: (n: number) => void = () => undefined): Promise<BrokerConsumer> => {
    const consumer = await cluster.client().consumer({
      group: 'g',
      topics: ['t'],
      partitionsAtOnce: 4,
      onBatch: async (batch, control) => take(batch, control),
      onAssigned: (partitions) => assigned(partitions.length),
      onCrash: () => undefined,
    });
    opened.push(consumer);
    return consumer;
  };

  test('picks the partition of a key as kafkajs does, which is as Java does', () => {
    const pick = kafkajs.Partitioners.DefaultPartitioner();
    const partitionMetadata = Array.from({ length: 8 }, (_, partitionId) => ({ partitionId, leader: 0 })) as never;
    for (let i = 0; i < 500; i += 1) {
      const key = `${i % 7}:${'x'.repeat(i % 11)}${i}`;
      expect([key, partitionOf(Buffer.from(key), 8)]).toEqual([
        key,
        pick({ topic: 't', partitionMetadata, message: { key, value: null } }),
      ]);
    }
  });

  test('keeps order per key, and delivers what is not done again', async () => {
    await send(...['1', '2', '3'].map((value) => message('k', value)));
    const seen: string[] = [];
    let refusals = 2;
    await member(({ records }, control) => {
      if (refusals-- > 0) return;
      seen.push(...records.map(({ value }) => String(value)));
      control.done(records.at(-1)?.offset ?? 0n);
    });
    await pause(50);
    await send(message('k', '4'));
    await pause(20);
    expect(seen).toEqual(['1', '2', '3', '4']);
  });

  test('pauses, resumes and seeks', async () => {
    await send(...['1', '2', '3'].map((value) => message('k', value)));
    const log: string[] = [];
    await member((batch, control) => {
      log.push(`${batch.fetchedFrom}: ${batch.records.map(({ value }) => String(value)).join('')}`);
      if (log.length === 1) return control.pause(30);
      if (log.length === 2) return control.seek(1n);
      control.done(batch.records.at(-1)?.offset ?? 0n);
    });
    await pause(100);
    expect(log).toEqual(['0: 123', '0: 123', '1: 23']);
  });

  test('deals partitions anew when members come, go and are expelled; an assignment starts at the first record', async () => {
    await send(...Array.from({ length: 40 }, (_, i) => message(String(i), String(i))));
    const shares: string[] = [];
    const batches: string[] = [];
    const take =
      (name: string): Take =>
      (batch, control) => {
        batches.push(`${name}${batch.partition} from ${batch.fetchedFrom}`);
        control.done(batch.records.at(-1)?.offset ?? 0n);
      };
    await member(take('a'), (n) => shares.push(`a${n}`));
    await pause(20);
    const second = await member(take('b'), (n) => shares.push(`b${n}`));
    await pause(20);
    expect(shares).toEqual(['a4', 'a2', 'b2']);
    await second.close();
    await pause(20);
    expect(shares.at(-1)).toBe('a4');
    expect(batches.every((line) => line.endsWith('from 0'))).toBe(true);
  });

  test('an expelled member goes on with its batch while another one already has it', async () => {
    await send(message('k', '1'));
    const log: string[] = [];
    let first = true;
    await member(async (_, control) => {
      const zombie = first;
      first = false;
      log.push(zombie ? 'zombie begins' : 'it comes again');
      await pause(zombie ? 60 : 0);
      if (zombie) log.push('zombie ends');
      control.done(0n);
    });
    await pause(10);
    const group = cluster.group('g');
    void group.expel(group.members[0] as never);
    await member((_, control) => {
      log.push('the other one has it');
      control.done(0n);
    });
    await pause(30);
    expect(log).toEqual(['zombie begins', 'the other one has it']);
    await pause(60);
    expect(log[2]).toBe('zombie ends');
  });

  test('a broker that is away refuses everything, its members give up; it comes back with its records, without its groups', async () => {
    const producer = await cluster.client().producer();
    await producer.send([message('k', '1')]);
    const crashes: (string | undefined)[] = [];
    const seen: string[] = [];
    const join = (): Promise<BrokerConsumer> =>
      cluster.client().consumer({
        group: 'g',
        topics: ['t'],
        partitionsAtOnce: 1,
        onBatch: async ({ records }, control) => {
          seen.push(...records.map(({ value }) => String(value)));
          control.done(records.at(-1)?.offset ?? 0n);
        },
        onAssigned: () => undefined,
        onCrash: (error) => crashes.push((error as { code?: string }).code),
      });
    await join();
    await pause(20);
    cluster.stop();
    expect(crashes).toEqual(['ECONNREFUSED']);
    const away = { code: 'ECONNREFUSED' };
    const client = cluster.client();
    await expect(producer.send([message('k', 'lost')])).rejects.toMatchObject(away);
    await expect(client.producer()).rejects.toMatchObject(away);
    await expect(client.offsets('t')).rejects.toMatchObject(away);
    await expect(client.partitionCounts(['t'])).rejects.toMatchObject(away);
    await expect(client.createTopics([{ name: 'u', partitions: 1, replication: 1 }])).rejects.toMatchObject(away);
    await expect(join()).rejects.toMatchObject(away);
    cluster.start();
    await producer.send([message('k', '2')]);
    opened.push(await join());
    await pause(20);
    expect(seen).toEqual(['1', '1', '2']);
    expect(cluster.group('g').members).toHaveLength(1);
  });

  test('a broker that dies in the middle of a send has a first part of it; one that dies after it does not say so', async () => {
    const producer = await cluster.client().producer();
    const values = (): string[] => cluster.log.records('t').map(({ value }) => String(value));
    for (const sent of [['1', '2'], ['3']]) {
      const unlisten = cluster.log.listen(() => cluster.stop());
      await expect(producer.send(sent.map((value) => message('k', value)))).rejects.toThrow('away');
      unlisten();
      cluster.start();
    }
    expect(values()).toEqual(['1', '3']);
  });

  test('a frozen broker answers nothing, finds all that was sent once it goes on, and lets its members join anew', async () => {
    const producer = await cluster.client().producer();
    const seen: string[] = [];
    const shares: number[] = [];
    const take: Take = ({ records }, control) => {
      seen.push(...records.map(({ value }) => String(value)));
      control.done(records.at(-1)?.offset ?? 0n);
    };
    await member(take, (n) => shares.push(n));
    await producer.send([message('k', '1')]);
    await pause(20);
    cluster.freeze();
    const unanswered = { code: 'ETIMEDOUT' };
    const client = cluster.client();
    const asked = [producer.send([message('k', '2')]), client.offsets('t'), client.producer(), member(take)];
    for (const one of asked) one.catch(() => undefined);
    for (const one of asked) await expect(one).rejects.toMatchObject(unanswered);
    const [waiting, lag] = [producer.send([message('k', '3')]), client.offsets('t')];
    await pause(20);
    expect([seen, shares]).toEqual([['1'], [4]]);
    cluster.thaw();
    await waiting;
    expect((await lag).reduce((sum, { end }) => sum + end, 0n)).toBe(3n);
    await pause(50);
    expect([seen, shares]).toEqual([
      ['1', '1', '2', '3'],
      [4, 4],
    ]);
  });

  test('a member that is expelled when the broker dies gives up too', async () => {
    await send(message('k', '1'));
    const working = Promise.withResolvers<void>();
    let crashes = 0;
    await cluster.client().consumer({
      group: 'g',
      topics: ['t'],
      partitionsAtOnce: 4,
      onBatch: () => working.promise,
      onAssigned: () => undefined,
      onCrash: () => (crashes += 1),
    });
    await pause(10);
    const group = cluster.group('g');
    const expelled = group.expel(group.members[0] as never);
    cluster.stop();
    working.resolve();
    await expelled;
    expect([crashes, group.members]).toEqual([1, []]);
  });

  test('a deleted topic ends its consumers; retention and a shorter topic begin at the first record', async () => {
    await send(message('k', '1'), message('k', '2'));
    const crashed = Promise.withResolvers<Error>();
    await cluster.client().consumer({
      group: 'other',
      topics: ['t'],
      partitionsAtOnce: 1,
      onBatch: async ({ records }, control) => control.done(records.at(-1)?.offset ?? 0n),
      onAssigned: () => undefined,
      onCrash: crashed.resolve,
    });
    await pause(10);
    cluster.log.delete('t');
    expect((await crashed.promise).name).toBe('UnknownTopic');
    cluster.log.create('t', 1);
    await send(message('k', '1'), message('k', '2'), message('k', '3'));
    cluster.log.trim('t', 0, 1n);
    expect(cluster.log.fetch('t', 0, 0n, 10).from).toBe(1n);
    expect(cluster.log.fetch('t', 0, 9n, 10).records.map(({ offset }) => offset)).toEqual([1n, 2n]);
  });
});

test('the same seed strikes the same sends', async () => {
  const run = async (seed: number): Promise<string> => {
    const cluster = new MemoryCluster();
    cluster.log.create('t', 1);
    const broker = new FaultyBroker(cluster.client(), { seed, lostAck: 0.2, lostSend: 0.2, halfSend: 0.2 });
    const producer = await broker.producer();
    const outcome: string[] = [];
    for (let i = 0; i < 50; i += 1) {
      const sent = await producer.send([message('k', `${i}a`), message('k', `${i}b`)]).then(
        () => 'ok',
        () => 'lost',
      );
      outcome.push(sent);
    }
    return (
      outcome.join() +
      cluster.log
        .records('t')
        .map(({ value }) => String(value))
        .join()
    );
  };
  expect(await run(7)).toBe(await run(7));
  expect(await run(7)).not.toBe(await run(8));
});
