import { tokenMaker } from '@cashloop/testkit';
import { customers } from '../bench/world.ts';
import type { Database } from './databases.ts';
import { plainHoldTopic, plainTopic } from './feed.ts';
import { limitMinor } from './judgements.ts';
import type { Servers } from './servers.ts';
import type { Field } from './strikes.ts';
import { Worker } from './worker.ts';

export interface Databases {
  scoring: Database;
  vault: Database;
  plain: Database;
}

export interface Services extends Field {
  /** The plain NestJS design, beside ours. */
  plain: Worker;
  token: string;
  workers: readonly Worker[];
}

const plainGroup = 'plain';
/** NestJS names the group of a server so. */
export const plainReaders = `${plainGroup}-server`;

/** Two replicas of credit-scoring, the vault of compliance, and the plain design. */
export async function startServices(servers: Servers, databases: Databases): Promise<Services> {
  const keys = await tokenMaker();
  const common = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    CASHLOOP_HOST: '127.0.0.1',
    KAFKA_BROKERS: servers.brokers,
    KAFKA_REPLICATION: '1',
    GATEWAY_PUBLIC_KEY: keys.publicKeyPem,
    PLAIN_DATABASE_URL: databases.plain.adminUrl,
    PLAIN_TOPIC: plainTopic,
    PLAIN_HOLD_TOPIC: plainHoldTopic,
    PLAIN_GROUP: plainGroup,
    PLAIN_SESSION_MS: '6000', // as ours: with its usual 30 s it would hardly run between two strikes
  };
  const worker = (name: string, script: string, offset: number): Worker => {
    // Its connections say whose they are, so that a trigger knows who moved an offset.
    const named = ({ url }: Database): string => `${url}?application_name=${name}`;
    const env = {
      CREDIT_SCORING_DATABASE_URL: named(databases.scoring),
      COMPLIANCE_DATABASE_URL: named(databases.vault),
      PORT: String(servers.base + offset),
    };
    return new Worker(name, script, { ...common, ...env }, servers.logOf(name));
  };
  const scoring = [
    worker('credit-scoring-1', 'services/credit-scoring/dist/main.js', 1),
    worker('credit-scoring-2', 'services/credit-scoring/dist/main.js', 2),
  ];
  const vault = worker('compliance', 'services/compliance/dist/main.js', 3);
  const plain = worker('plain', 'e2e/dist/rivals/plain/main.js', 4);
  const token = await keys.token({ roles: ['admin'] });
  return { servers, scoring, vault, plain, token, workers: [...scoring, vault, plain] };
}

/** Every customer gets a limit that its invoices cross again and again, and holds are in force. */
export async function setPolicy(servers: Servers, token: string): Promise<void> {
  const put = async (path: string, body: unknown): Promise<void> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${servers.base + 1}${path}`, {
      method: 'PUT',
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} was refused: ${response.status} ${await response.text()}`);
  };
  await put('/credit/settings', { enforcement: 'enforce' });
  const limit = `${limitMinor / 100n}.00`;
  const items = Array.from({ length: customers }, (_, i) => ({ client_id: i + 1, limit, reason: 'drill' }));
  await put('/credit/limits', { items });
}
