import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { UserFault } from '../local/faults.ts';
import { HoldBoard, type HoldNews } from './hold-board.ts';

export interface Following {
  stop: () => Promise<void>;
}

/**
 * Follows the hold topic until stopped. Keeps no offsets: everyone sees everything from where they start.
 * @throws UserFault when broker or topic are not there
 */
export async function followHolds(options: {
  brokers: string[];
  topic: string;
  fromBeginning: boolean;
  onNews: (news: HoldNews) => void;
  onReady?: () => void;
}): Promise<Following> {
  const { brokers, topic, fromBeginning, onNews } = options;
  quietTimers();
  const kafka = new kafkajs.Kafka({
    clientId: 'cashloop-holds',
    brokers,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 3 },
  });
  await requireTopic(kafka, topic, brokers);
  const groupId = `cashloop-holds-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId });
  const board = new HoldBoard();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning });
  const joined = new Promise<void>((done) => consumer.on(consumer.events.GROUP_JOIN, () => done()));
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      const headers = Object.fromEntries(
        Object.entries(message.headers ?? {}).map(([name, value]) => [name, value?.toString()]),
      );
      const news = message.value === null ? undefined : board.take({ headers, value: message.value.toString() });
      if (news !== undefined) onNews(news);
    },
  });
  await joined;
  options.onReady?.();
  return {
    stop: async () => {
      await consumer.disconnect();
      await forget(kafka, groupId);
    },
  };
}

async function requireTopic(kafka: kafkajs.Kafka, topic: string, brokers: readonly string[]): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    if (!(await admin.listTopics()).includes(topic))
      throw new UserFault(`Kafka at ${brokers.join(', ')} has no topic ${topic} yet.`, 'npm start -- --detach');
  } catch (error) {
    if (error instanceof UserFault) throw error;
    throw new UserFault(
      `Kafka does not answer at ${brokers.join(', ')}: ${error instanceof Error ? error.message : String(error)}.`,
      'npm start -- --detach, or set KAFKA_BROKERS',
    );
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** The group was ours alone; a broker keeps names of groups for days. */
async function forget(kafka: kafkajs.Kafka, groupId: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.deleteGroups([groupId]).catch(() => undefined);
  await admin.disconnect();
}

/** kafkajs computes timers below zero on current Node, which is harmless and noisy. */
function quietTimers(): void {
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = ((...args: unknown[]) => {
    const [, name] = args;
    if (name !== 'TimeoutNegativeWarning') emit(...args);
  }) as typeof process.emitWarning;
}
