import { services } from '../parts.ts';
import { addressesOf } from './addresses.ts';
import { completeSecrets } from './secrets.ts';
import { realQuickbooks, serviceEnv } from './service-env.ts';
import type { EnvSource } from './service-env.ts';

const names = services.map((service) => service.name);
const source: EnvSource = {
  addresses: addressesOf(9080, {}),
  secrets: completeSecrets({}, names),
  redis: true,
  prometheus: true,
  live: true,
};
const envOf = (name: string, more: Partial<EnvSource> = {}) => {
  const part = services.find((service) => service.name === name);
  if (part === undefined) throw new Error(name);
  return serviceEnv({ ...source, ...more }, part);
};

describe('settings of a service', () => {
  test.each(names)('%s logs in to its own database as its own login', (name) => {
    const env = envOf(name);
    const key = name.replaceAll('-', '_');
    const url = new URL(env[`${key.toUpperCase()}_DATABASE_URL`] ?? '');
    expect([url.username, url.pathname, url.port]).toEqual([key, `/cashloop_${key}`, '9102']);
    expect(url.password).toBe(source.secrets.databases[name]?.login);
  });

  test('only the gateway holds the private key', () => {
    for (const name of names) expect(envOf(name)['GATEWAY_PRIVATE_KEY'] !== undefined).toBe(name === 'gateway');
  });

  test('no service gets the password of a migrator or of the administrator', () => {
    for (const name of names) {
      const text = JSON.stringify(envOf(name));
      expect(text).not.toContain(source.secrets.postgresAdmin);
      expect(text).not.toContain(source.secrets.databases[name]?.migrator);
    }
  });

  test('without Redis nothing names it', () => {
    expect(envOf('gateway', { redis: false })['REDIS_URL']).toBeUndefined();
    expect(envOf('gateway')['REDIS_URL']).toContain(':9103');
  });

  test('locally the gateway gives its one user more room, unless a person says how much', () => {
    expect(envOf('gateway')['GATEWAY_RATE_LIMIT_PER_MINUTE']).toBe('3000');
    process.env['GATEWAY_RATE_LIMIT_PER_MINUTE'] = '60';
    expect(envOf('gateway')['GATEWAY_RATE_LIMIT_PER_MINUTE']).toBe('60');
    delete process.env['GATEWAY_RATE_LIMIT_PER_MINUTE'];
  });

  test('stand-in and connector share client, secret and webhook token', () => {
    const [app, standIn] = [envOf('quickbooks-sync'), envOf('sandbox')];
    expect(app['QBO_CLIENT_SECRET']).toBe(standIn['SANDBOX_CLIENT_SECRET']);
    expect(app['QBO_WEBHOOK_VERIFIER_TOKEN']).toBe(standIn['SANDBOX_WEBHOOK_VERIFIER_TOKEN']);
  });

  test('in containers services call each other by name, browsers this machine', () => {
    const env = envOf('quickbooks-sync', { containers: true });
    expect(env['QBO_OAUTH_TOKEN_URL']).toBe('http://sandbox:9081/oauth2/v1/tokens/bearer');
    expect(env['QBO_OAUTH_AUTHORIZE_URL']).toBe('http://127.0.0.1:9081/oauth2/authorize');
    expect(env['CASHLOOP_HOST']).toBe('0.0.0.0');
  });
});

describe('a real QuickBooks', () => {
  test("with own keys Intuit's addresses count", () => {
    const own = realQuickbooks({ QBO_CLIENT_ID: 'mine', QBO_SANDBOX_MODE: 'false' });
    expect(own).toMatchObject({ QBO_CLIENT_ID: 'mine', QBO_SANDBOX_MODE: 'false', QBO_API_BASE_URL: '' });
  });

  test('a single setting changes only itself', () => {
    expect(realQuickbooks({ QBO_INVOICE_POLL_INTERVAL_MIN: '5', HOME: '/x' })).toEqual({
      QBO_INVOICE_POLL_INTERVAL_MIN: '5',
    });
  });
});
