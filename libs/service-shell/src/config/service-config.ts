import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUrl, Matches, Max, Min } from 'class-validator';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
const BROKERS = /^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/;

/** Settings every service reads from its environment. A service's own class adds its own. */
export class ServiceConfig {
  @IsIn(['development', 'test', 'production']) NODE_ENV: string = 'production';
  @IsString() @IsNotEmpty() CASHLOOP_HOST: string = '127.0.0.1';
  @IsInt() @Min(0) @Max(65535) PORT: number = 8080;
  @IsIn(LOG_LEVELS) LOG_LEVEL: string = 'info';
  @IsInt() @Min(0) @Max(600_000) SHUTDOWN_GRACE_MS: number = 20_000;

  /** host:port, separated by commas. Needed by every service that reads or writes topics. */
  @IsOptional() @Matches(BROKERS, { message: 'KAFKA_BROKERS must be host:port[,host:port...]' }) KAFKA_BROKERS?: string;
  @IsInt() @Min(1) @Max(9) KAFKA_REPLICATION: number = 3;
  /** Put before every topic name, so that test suites can share a broker. */
  @IsString() KAFKA_TOPIC_PREFIX: string = '';

  /** Addresses or networks, separated by commas, whose X-Forwarded-For is believed. Empty: the socket's address counts. */
  @IsString() TRUSTED_PROXIES: string = '';

  /** May be unset: then caches and rate limits are kept in this process. */
  @IsOptional()
  @IsUrl({ protocols: ['redis', 'rediss'], require_protocol: true, require_tld: false })
  REDIS_URL?: string;
  /** Put before every key, so that several systems can share a Redis. */
  @IsString() REDIS_KEY_PREFIX: string = 'cashloop:';

  /** SPKI PEM of the gateway's ES256 key; `\n` may stand for a line break. */
  @IsString() @IsNotEmpty() GATEWAY_PUBLIC_KEY!: string;
}
