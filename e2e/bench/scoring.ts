import { tokenMaker, type TestBroker } from '@cashloop/testkit';
import { topicDefs } from '@cashloop/events';
import type { Telling } from './drift.ts';
import type { Checked } from './side.ts';
import { onTopic, sentFrom } from './told.ts';
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

/** From now on holds are told. */
export async function enforce(token: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/credit/settings`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ enforcement: 'enforce' }),
  });
  if (!response.ok) throw new Error(`settings were refused: ${response.status} ${await response.text()}`);
}

/** SQL: how far it is in the invoices, as `n`. */
export const handled = `select sum(next_offset) n from consumer_offset where projection = 'credit-receivables'`;

/** Breaches begin and end with every crossing of the limit; holds, while only observed, are told to nobody. */
export const scoring: Checked = {
  accounts: `select account_id::text id, exposure_minor::text minor, breach_id is not null held,
    breach_version crossings from account`,
  invoices: 'select count(*) n, sum(version) versions from invoice',
  told: async (stage) => {
    await sentFrom(stage.admin);
    return onTopic(stage, topicDefs.credit.name, breachOf);
  },
};

interface BreachBody {
  breach_id?: string;
  account_id: string;
  version: number;
  open: boolean;
  exposure_minor: string;
}

/** The topic tells of limits and settings, too. */
function breachOf(value: string): Telling | undefined {
  const { breach_id, account_id: id, version, open, exposure_minor: minor } = JSON.parse(value) as BreachBody;
  return breach_id === undefined ? undefined : { id, version, held: open, minor };
}
