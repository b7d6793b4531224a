import { addressesOf, shown, withLogin } from './addresses.ts';

describe('addresses', () => {
  test('are our own unless the environment names others', () => {
    const { external, kafkaBrokers, redisUrl } = addressesOf(8080, { KAFKA_BROKERS: ' ', REDIS_URL: '' });
    expect(external).toEqual({ kafka: false, postgres: false, redis: false });
    expect([kafkaBrokers, redisUrl]).toEqual(['127.0.0.1:8100', 'redis://127.0.0.1:8103']);
  });

  test('name servers of somebody else', () => {
    const env = {
      KAFKA_BROKERS: 'k1:9092,k2:9092',
      DATABASE_URL: 'postgres://root:x@db/postgres',
      REDIS_URL: 'redis://r',
    };
    expect(addressesOf(8080, env)).toMatchObject({
      external: { kafka: true, postgres: true, redis: true },
      kafkaBrokers: 'k1:9092,k2:9092',
    });
  });

  test('our own address in the environment does not make our server foreign', () => {
    const env = { KAFKA_BROKERS: 'localhost:8100', DATABASE_URL: 'postgres://a:b@127.0.0.1:8102/postgres' };
    expect(addressesOf(8080, env).external).toMatchObject({ kafka: false, postgres: false });
    expect(addressesOf(9080, env).external).toMatchObject({ kafka: true, postgres: true });
  });

  test('a login goes into the address, and its password is not shown', () => {
    const url = withLogin('postgres://x@h:1/postgres?sslmode=require', { name: 'me', password: 'a/b@c' }, 'db');
    expect(url).toBe('postgres://me:a%2Fb%40c@h:1/db?sslmode=require');
    expect(shown(url)).toBe('postgres://me@h:1/db?sslmode=require');
    expect(shown('redis://:secret@h:1')).toBe('redis://@h:1');
  });
});
