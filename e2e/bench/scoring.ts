import { tokenMaker, type TestBroker } from '@cashloop/testkit';
import { customers } from './world.ts';

const port = 18_990;

/** Environment of one credit-scoring process, and a token it accepts. */
export interface ServiceEnv {
  env: Record<string, string>;
  token: string;
}

export async function serviceEnv(url: string, broker: TestBroker): Promise<ServiceEnv> {
  const keys = await tokenMaker();
  const env = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    PORT: String(port),
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_TOPIC_PREFIX: broker.topicPrefix,
    KAFKA_REPLICATION: '1',
    CREDIT_SCORING_DATABASE_URL: url,
    GATEWAY_PUBLIC_KEY: keys.publicKeyPem,
    BENCH: '1',
  };
  return { env, token: await keys.token({ roles: ['admin'] }) };
}

/** Gives every customer of the world the same limit. */
export async function setLimits({ token }: ServiceEnv, limit = '1000.00'): Promise<void> {
  const items = Array.from({ length: customers }, (_, i) => ({ client_id: i + 1, limit, reason: 'bench' }));
  const response = await fetch(`http://127.0.0.1:${port}/credit/limits`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ items }),
  });
  if (!response.ok) throw new Error(`limits were refused: ${response.status} ${await response.text()}`);
}
