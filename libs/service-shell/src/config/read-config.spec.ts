import { IsBoolean, IsInt, IsOptional, IsString, IsUrl, Max } from 'class-validator';
import { ConfigError } from './config-error.ts';
import { readConfig } from './read-config.ts';
import { ServiceConfig } from './service-config.ts';

class SampleConfig extends ServiceConfig {
  @IsUrl({ protocols: ['postgres'], require_tld: false }) SAMPLE_DATABASE_URL!: string;
  @IsInt() @Max(10) SAMPLE_RUNS: number = 3;
  @IsBoolean() SAMPLE_LIVE: boolean = false;
  @IsOptional() @IsString() SAMPLE_NOTE?: string;
}

const good = { SAMPLE_DATABASE_URL: 'postgres://a:b@127.0.0.1:5432/x', GATEWAY_PUBLIC_KEY: 'pem' };

const faultsOf = (env: Record<string, string>, required: string[] = []): readonly string[] => {
  try {
    readConfig(SampleConfig, env, required);
  } catch (error) {
    return (error as ConfigError).faults;
  }
  return [];
};

test('reads numbers, booleans and defaults', () => {
  const config = readConfig(SampleConfig, {
    ...good,
    SAMPLE_RUNS: '7',
    SAMPLE_LIVE: 'true',
    PORT: '8081',
    SAMPLE_NOTE: '',
  });
  expect(config).toMatchObject({ SAMPLE_RUNS: 7, SAMPLE_LIVE: true, PORT: 8081, CASHLOOP_HOST: '127.0.0.1' });
  expect(config.SAMPLE_NOTE).toBeUndefined();
});

test('"false" is false', () => {
  expect(readConfig(SampleConfig, { ...good, SAMPLE_LIVE: 'false' }).SAMPLE_LIVE).toBe(false);
});

test('names every fault at once', () => {
  const faults = faultsOf({ SAMPLE_RUNS: 'many', SAMPLE_LIVE: 'yes', PORT: '99999' }, ['KAFKA_BROKERS']);
  for (const name of [
    'SAMPLE_DATABASE_URL',
    'SAMPLE_RUNS',
    'SAMPLE_LIVE',
    'PORT',
    'GATEWAY_PUBLIC_KEY',
    'KAFKA_BROKERS',
  ]) {
    expect(faults.filter((fault) => fault.startsWith(name))).toHaveLength(1);
  }
  expect(faults).toHaveLength(6);
});

test('never shows a secret or an address that may hold a password', () => {
  expect(faultsOf({ ...good, SAMPLE_DATABASE_URL: 'mysql://root:hunter2@host/x' }).join()).not.toContain('hunter2');
});

test('a blank number is a fault, not zero', () => {
  expect(faultsOf({ ...good, PORT: '  ', SAMPLE_RUNS: 'NaN' })).toEqual([expect.stringContaining('SAMPLE_RUNS')]);
});
