import { generateKeyPairSync } from 'node:crypto';
import { bootService, type RunningService } from '@cashloop/service-shell';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { keepRawBodies } from '../src/http/raw-bodies.ts';
import { migrations } from '../src/migrations/index.ts';
import { SandboxModule } from '../src/sandbox.module.ts';

export const CLIENT_ID = 'test-app';
export const CLIENT_SECRET = 'test-secret';
export const VERIFIER = 'test-verifier';
const ADMIN_TOKEN = 'test-admin';

/** The stand-in on a free port with a database of its own. */
export interface RunningSandbox {
  url: string;
  database: TestDatabase;
  admin: AxiosInstance;
  /** A company with an app connected to it. */
  connect(name: string, options?: object): Promise<Connected>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface Connected {
  realm: string;
  accessToken: string;
  refreshToken: string;
  /** Calls below /v3/company/{realm}. */
  api: AxiosInstance;
}

const always = { validateStatus: () => true, proxy: false as const };

export async function runSandbox(env: Record<string, string> = {}): Promise<RunningSandbox> {
  const database = await testDatabase({ migrations });
  let service = await boot(database, env);
  const sandbox: RunningSandbox = {
    url: service.url,
    database,
    admin: adminOf(service.url),
    connect: async (name, options = {}) => {
      const { data: made } = await sandbox.admin.post('/companies', { name, ...options });
      const realm = made.realm_id as string;
      const { data: consent } = await sandbox.admin.post(`/companies/${realm}/consent`, {});
      const { data: tokens } = await token(sandbox.url, { grant_type: 'authorization_code', code: consent.code });
      const api = axios.create({
        ...always,
        baseURL: `${sandbox.url}/v3/company/${realm}`,
        headers: { Authorization: `Bearer ${tokens.access_token}`, Accept: 'application/json' },
      });
      return { realm, accessToken: tokens.access_token, refreshToken: tokens.refresh_token, api };
    },
    restart: async () => {
      await service.close();
      service = await boot(database, env);
      sandbox.url = service.url;
      sandbox.admin = adminOf(service.url);
    },
    close: async () => {
      await service.close();
      await database.close();
    },
  };
  return sandbox;
}

/** A call of the token endpoint. */
export const token = (
  url: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<AxiosResponse> =>
  axios.post(`${url}/oauth2/v1/tokens/bearer`, new URLSearchParams(form).toString(), {
    ...always,
    auth: { username: CLIENT_ID, password: CLIENT_SECRET },
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

const adminOf = (url: string): AxiosInstance =>
  axios.create({ ...always, baseURL: `${url}/admin`, headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } });

async function boot(database: TestDatabase, env: Record<string, string>): Promise<RunningService> {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return bootService({
    name: 'sandbox',
    module: SandboxModule,
    configure: keepRawBodies,
    env: {
      NODE_ENV: 'test',
      LOG_LEVEL: 'error',
      PORT: '0',
      GATEWAY_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      SANDBOX_DATABASE_URL: database.url,
      SANDBOX_CLIENT_ID: CLIENT_ID,
      SANDBOX_CLIENT_SECRET: CLIENT_SECRET,
      SANDBOX_WEBHOOK_VERIFIER_TOKEN: VERIFIER,
      SANDBOX_ADMIN_TOKEN: ADMIN_TOKEN,
      SANDBOX_WEBHOOK_URL: 'http://127.0.0.1:9/nobody',
      ...env,
    },
  });
}

/** An invoice of one line. */
export const invoice = (customerId: string, amount: number, more: object = {}): object => ({
  CustomerRef: { value: customerId },
  Line: [{ Amount: amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { ItemRef: { value: '1' } } }],
  ...more,
});

/** A payment of documents by id. */
export const payment = (
  customerId: string,
  total: number,
  lines: Record<string, number>,
  type = 'Invoice',
): object => ({
  CustomerRef: { value: customerId },
  TotalAmt: total,
  Line: Object.entries(lines).map(([TxnId, Amount]) => ({ Amount, LinkedTxn: [{ TxnId, TxnType: type }] })),
});
