import type { Edit } from '../load/edits.ts';
import { lostChangePlants } from './lost-change-plants.ts';
import { refusalPlants } from './refusal-plants.ts';

/** A rewrite that looks harmless, made in the kernel or in the handlers while they are loaded. */
export interface Plant {
  readonly name: string;
  /** What somebody might do, in a sentence. */
  readonly says: string;
  readonly edits: readonly Edit[];
}

const outboxQueue = 'messaging/src/relay/outbox-queue.ts';
const batchTransaction = 'messaging/src/consumer/batch-transaction.ts';
const projectionConsumer = 'messaging/src/consumer/projection-consumer.ts';
const offsets = 'messaging/src/consumer/offsets.ts';
const accountStore = 'simulate/service/account.store.ts';
const sliceWork = 'messaging/src/consumer/slice-work.ts';

const relayCursor: Plant = {
  name: 'relay-cursor',
  says: 'The relay remembers the highest id it delivered and asks for higher ones.',
  edits: [
    {
      file: outboxQueue,
      from: 'if (sending.length + refused.length === 0)',
      to: `const after = Math.max(delivered.get(client) ?? 0, ...sending.map((row) => Number(row.id)));
  if (ROWS_MAX > 0) return (await client.query<OutboxRow>(take('and id > $3 '), [...limits, after])).rows;
  if (sending.length + refused.length === 0)`,
    },
    {
      file: outboxQueue,
      from: 'await client.query({',
      to: `delivered.set(client, Math.max(...rows.map((row) => Number(row.id))));
  await client.query({`,
    },
    {
      file: outboxQueue,
      from: "const COLUMNS = 'id, topic, key, headers, value';",
      to: "const COLUMNS = 'id, topic, key, headers, value';\nconst delivered = new WeakMap<object, number>();",
    },
  ],
};

const cteLock: Plant = {
  name: 'cte-lock',
  says: 'One statement locks the offset row in a CTE, publishes by it, and moves the offset in its main clause.',
  edits: [
    {
      file: offsets,
      from: 'sql: `with published as (${shifted}) ${ADVANCE}`',
      to: "sql: `with locked as (select next_offset from consumer_offset where ${AT} for update), published as (${shifted.replace('from (', 'from locked, (')}) ${ADVANCE}`",
    },
    { file: offsets, from: 'partition = ${place.partition} for update`', to: 'partition = ${place.partition}`' },
  ],
};

const batchEnd: Plant = {
  name: 'batch-end',
  says: 'A batch is dropped when its end lies below the offset, else all of it is handled.',
  edits: [
    {
      file: batchTransaction,
      from: 'slice.items.filter((item) => item.record.offset >= next)',
      to: 'slice.items.filter(() => (slice.items.at(-1) as Item).record.offset >= next)',
    },
  ],
};

const lateSeek: Plant = {
  name: 'late-seek',
  says: 'After GROUP_JOIN the offsets are looked up and sought; whatever comes before the seek is taken as it is.',
  edits: [
    {
      file: batchTransaction,
      from: 'if (slice.from > next) throw new SliceAboveOffset(next);',
      to: '',
    },
    {
      file: 'messaging/src/consumer/partition-reader.ts',
      from: "if (this.state !== 'running' && !(await this.#verified(batch, control))) return;",
      to: "this.state = 'running';",
    },
    {
      file: projectionConsumer,
      from: 'for (const { topic, partition } of partitions) this.#reader(topic, partition).reset();',
      to: `for (const { topic, partition } of partitions) this.#reader(topic, partition);
    for (const topic of this.topics) {
      const its = partitions.filter((one) => one.topic === topic).map((one) => one.partition);
      void this.#tools.runner
        .run([], (tx) => offsetsOf(tx, this.spec.projection, topic, its))
        .then((rows) => rows.forEach((row, partition) => this.#reader(topic, partition).control?.seek(row.nextOffset)))
        .catch(() => undefined);
    }`,
    },
  ],
};

const readFirst: Plant = {
  name: 'read-first',
  says: 'A handler reads the accounts and makes the missing ones afterwards.',
  edits: [
    { file: accountStore, from: '  await makeAccounts(tx, ids);\n', to: '' },
    {
      file: accountStore,
      from: 'const accounts = new Map(',
      to: 'await makeAccounts(tx, ids);\n  const accounts = new Map(',
    },
  ],
};

const groupByType: Plant = {
  name: 'group-by-type',
  says: 'A batch is sorted by event type, so that each type is handled in one go.',
  edits: [
    {
      file: batchTransaction,
      from: 'if (input.length === 0) return [];',
      to: `if (input.length === 0) return [];
  input.sort((a, b) => ((a as { type: string }).type < (b as { type: string }).type ? -1 : 1));`,
    },
  ],
};

const sumOverAwait: Plant = {
  name: 'sum-over-await',
  says: 'Partitions worked on at once add to one sum with `n += await ...`.',
  edits: [
    {
      file: sliceWork,
      from: 'const applied = await applySlice(this.#tools, this.#place, this.#handler, slice);',
      to: `let applied = { events: 0, parked: 0, published: 0 };
    sum.n += await applySlice(this.#tools, this.#place, this.#handler, slice).then((done) => (applied = done).events);`,
    },
    {
      file: sliceWork,
      from: 'metrics.handledEvents.inc({ projection, topic }, applied.events);',
      to: 'metrics.handledEvents.reset();\n    metrics.handledEvents.inc({ projection, topic }, sum.n);',
    },
    { file: sliceWork, from: '/** Gets slices of one', to: 'const sum = { n: 0 };\n\n/** Gets slices of one' },
  ],
};

/** The traps of libs/messaging/test/traps, those around refused events, and those around commands. */
export const plants: readonly Plant[] = [
  relayCursor,
  cteLock,
  batchEnd,
  lateSeek,
  readFirst,
  groupByType,
  sumOverAwait,
  ...refusalPlants,
  ...lostChangePlants,
];
