import { topicDefs } from '@cashloop/events';
import type { Telling } from './drift.ts';
import type { Side } from './side.ts';
import { inOutbox, onTopic, sentFrom } from './told.ts';

/** Topic of the plain design's holds. */
export const plainHolds = { name: 'plain.credit-hold', partitions: 8 };

/** Group and projection of the kernel service. */
export const kernelGroup = 'bench-kernel.bench-invoices';

/** A service on libs/messaging with the very effects of the plain design. */
export const kernel: Side = {
  name: 'ours',
  script: 'e2e/dist/rivals/kernel/main.js',
  migrations: 'e2e/dist/rivals/kernel/migrations.js',
  env: ({ database, broker }, regime) => ({
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_TOPIC_PREFIX: broker.topicPrefix,
    KERNEL_DATABASE_URL: database.url,
    BENCH: regime === 'fast' ? '1' : '',
  }),
  handled: `select sum(next_offset) n from consumer_offset where projection = 'bench-invoices'`,
  accounts: 'select customer_id::text id, exposure_minor::text minor, held, version crossings from bench_account',
  invoices: 'select count(*) n, sum(version) versions from bench_invoice',
  told: async (stage) => {
    await sentFrom(stage.admin);
    return onTopic(stage, topicDefs.creditHold.name, tellingOf);
  },
};

const plain = (name: string, env: Record<string, string>): Side => ({
  name,
  script: 'e2e/dist/rivals/plain/main.js',
  env: ({ database, broker }) => ({
    KAFKA_BROKERS: broker.brokers.join(','),
    PLAIN_DATABASE_URL: database.adminUrl,
    PLAIN_TOPIC: `${broker.topicPrefix}${topicDefs.receivable.name}`,
    PLAIN_HOLD_TOPIC: broker.topicPrefix + plainHolds.name,
    PLAIN_GROUP: `${broker.topicPrefix}plain`,
    ...env,
  }),
  // Every event lifts the version of its invoice by one: the sum of versions counts handled events.
  handled: 'select sum(version) n from plain_invoice',
  accounts: `select "customerId" id, "exposureMinor"::text minor, held, null::int crossings from plain_account`,
  invoices: 'select count(*) n, sum(version) versions from plain_invoice',
  told: (stage) => onTopic(stage, plainHolds.name, plainTellingOf),
  writesApart: true,
});

export const usual = plain('usual', {});
export const careful = plain('careful', { PLAIN_STRENGTH: 'careful' });
export const careful8 = plain('careful-8', { PLAIN_STRENGTH: 'careful', PLAIN_PARTITIONS_AT_ONCE: '8' });

/** The kernel service without the kernel: what envelope, checks, metrics and tracing cost is the difference. */
export const bare = (partitionsAtOnce: number): Side => ({
  ...kernel,
  name: `bare-${partitionsAtOnce}`,
  script: 'e2e/dist/rivals/bare/main.js',
  env: ({ database, broker }) => ({
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_TOPIC_PREFIX: broker.topicPrefix,
    BARE_DATABASE_URL: database.adminUrl,
    BARE_PARTITIONS_AT_ONCE: String(partitionsAtOnce),
  }),
  told: ({ admin }) => inOutbox(admin, tellingOf), // it has no relay
});

interface HoldBody {
  account_id: string;
  version: number;
  state: string;
  exposure_minor: string;
}

function tellingOf(value: string): Telling {
  const { account_id: id, version, state, exposure_minor: minor } = JSON.parse(value) as HoldBody;
  return { id, version, held: state === 'HELD', minor };
}

function plainTellingOf(value: string): Telling {
  const body = JSON.parse(value) as { customer_id: string; held: boolean; exposure_minor: string };
  return { id: body.customer_id, held: body.held, minor: body.exposure_minor };
}
