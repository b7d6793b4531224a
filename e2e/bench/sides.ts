import { topicDefs } from '@cashloop/events';
import type { Regime, Stage } from './stage.ts';

/** One of the services that are measured against each other. */
export interface Side {
  name: string;
  script: string;
  migrations?: string;
  env(stage: Stage, regime: Regime): Record<string, string>;
  /** SQL: how many events it handled, as `n`. */
  handled: string;
  /** SQL: exposure of each customer, as `id` and `minor`. */
  exposures: string;
}

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
  exposures: 'select customer_id::text id, exposure_minor::text minor from bench_account',
};

const plain = (name: string, env: Record<string, string>): Side => ({
  name,
  script: 'e2e/dist/rivals/plain/main.js',
  env: ({ database, broker }) => ({
    KAFKA_BROKERS: broker.brokers.join(','),
    PLAIN_DATABASE_URL: database.adminUrl,
    PLAIN_TOPIC: `${broker.topicPrefix}${topicDefs.receivable.name}`,
    PLAIN_HOLD_TOPIC: `${broker.topicPrefix}plain.credit-hold`,
    PLAIN_GROUP: `${broker.topicPrefix}plain`,
    ...env,
  }),
  // Every event lifts the version of its invoice by one: the sum of versions counts handled events.
  handled: 'select sum(version) n from plain_invoice',
  exposures: `select "customerId" id, "exposureMinor"::text minor from plain_account`,
});

export const usual = plain('usual', {});
export const careful = plain('careful', { PLAIN_STRENGTH: 'careful' });
export const careful8 = plain('careful-8', { PLAIN_STRENGTH: 'careful', PLAIN_PARTITIONS_AT_ONCE: '8' });

/** The kernel service without the kernel: what envelope, checks, metrics and tracing cost is the difference. */
export const bare: Side = {
  ...kernel,
  name: 'bare',
  script: 'e2e/dist/rivals/bare/main.js',
  env: ({ database, broker }) => ({
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_TOPIC_PREFIX: broker.topicPrefix,
    BARE_DATABASE_URL: database.adminUrl,
    BARE_PARTITIONS_AT_ONCE: '4', // as the kernel
  }),
};
