import {
  type BaseOptions,
  compatibilityPartitioner,
  findErrorBy,
  type MessageToProduce,
  Producer,
} from '@platformatic/kafka';
import { type BrokerMessage, type BrokerProducer, MessageRefused } from '../../../src/index.ts';

/** Answers of the broker that no repetition changes. */
const REFUSALS = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TOPIC_EXCEPTION'];

/** Idempotent, and one send at a time: what is repeated inside it neither doubles nor overtakes. */
export async function secondProducer(client: BaseOptions, prefix: string): Promise<BrokerProducer> {
  let turn = 0;
  const producer = new Producer({
    ...client,
    idempotent: true,
    // Its own default takes the hash as unsigned, Java takes the sign away: those differ unless the count is a power of two.
    partitioner: (message, key) => (key === undefined ? (turn += 1) : compatibilityPartitioner(message, key)),
  });
  let before: Promise<unknown> = Promise.resolve();
  const send = async (messages: readonly BrokerMessage[]): Promise<void> => {
    try {
      await producer.send({ messages: messages.map((message) => toMessage(prefix, message)) });
    } catch (error) {
      const refused = REFUSALS.some((id) => findErrorBy(error as Error, 'apiId', id) !== null);
      throw refused ? new MessageRefused((error as Error).message, { cause: error }) : error;
    }
  };
  await producer.connectToBrokers();
  return {
    send: (messages) => {
      const sent = before.then(() => send(messages));
      before = sent.catch(() => undefined);
      return sent;
    },
    close: () => producer.close(true),
  };
}

function toMessage(prefix: string, { topic, key, value, headers }: BrokerMessage): MessageToProduce {
  return {
    topic: prefix + topic,
    ...(key === null ? {} : { key: Buffer.from(key) }),
    value: Buffer.from(value),
    headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
  };
}
