import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { MessagingHealth, MessagingModule } from '@cashloop/messaging';
import { PersistenceModule } from '@cashloop/persistence';
import { DataSource } from 'typeorm';
import { AuthGuard } from './auth/auth.guard.ts';
import { RolesGuard } from './auth/roles.guard.ts';
import { TokenVerifier } from './auth/token-verifier.ts';
import { databaseUrlName } from './config/database-url.ts';
import { readConfig } from './config/read-config.ts';
import { ServiceConfig } from './config/service-config.ts';
import { HealthController } from './health/health.controller.ts';
import { HealthParts } from './health/health-parts.ts';
import { databasePart } from './health/database-part.ts';
import { messagingPart } from './health/messaging-parts.ts';
import { createLogger, type Logger } from './log/create-logger.ts';
import { LOGGER } from './log/log.token.ts';
import { MetricsController } from './metrics/metrics.controller.ts';
import { OpenApiController } from './openapi/openapi.controller.ts';
import { OpenApiDocument } from './openapi/openapi-document.ts';
import { ProblemFilter } from './problems/problem.filter.ts';
import { RouteTable } from './problems/route-table.ts';
import { RedisConnection } from './redis/redis-connection.ts';
import { redisPart } from './redis/redis-part.ts';
import type { ShellOptions } from './shell-options.ts';
import { environment } from './start/environment.ts';

/** Settings a service cannot run without although their class lets them be absent. */
export const requiredSettings = (options: ShellOptions): string[] => [
  ...(options.migrations ? [databaseUrlName(options.name)] : []),
  ...(options.publishes ? ['KAFKA_BROKERS'] : []),
];

/** @throws ConfigError naming every fault */
export function buildShell(module: Type, options: ShellOptions): DynamicModule {
  const env = environment();
  const config = readConfig(options.config, env, requiredSettings(options));
  const log = createLogger({ service: options.name, level: config.LOG_LEVEL });
  const url = (config as unknown as Record<string, string | undefined>)[databaseUrlName(options.name)];
  const providers = shellProviders(options, config, log, url);
  return {
    module,
    global: true,
    imports: [
      TerminusModule.forRoot({ logger: false }),
      ...(options.migrations ? [persistence(options, url!)] : []),
      ...(options.publishes ? [messaging(options, config, log)] : []),
    ],
    controllers: [HealthController, MetricsController, OpenApiController],
    providers,
    exports: [
      options.config,
      ServiceConfig,
      LOGGER,
      HealthParts,
      RedisConnection,
      TokenVerifier,
      OpenApiDocument,
      RouteTable,
    ],
  };
}

const persistence = (options: ShellOptions, url: string): DynamicModule =>
  PersistenceModule.forRoot({
    url,
    migrations: options.migrations ?? [],
    entities: options.entities ?? [],
    applicationName: options.name,
  });

const messaging = (options: ShellOptions, config: ServiceConfig, log: Logger): DynamicModule =>
  MessagingModule.forRoot({
    service: options.name,
    clientId: options.name,
    brokers: config.KAFKA_BROKERS!.split(','),
    publishes: options.publishes ?? [],
    replication: config.KAFKA_REPLICATION,
    topicPrefix: config.KAFKA_TOPIC_PREFIX,
    logger: log,
  });

function shellProviders(
  options: ShellOptions,
  config: ServiceConfig,
  log: Logger,
  url: string | undefined,
): Provider[] {
  return [
    { provide: options.config, useValue: config },
    ...(options.config === ServiceConfig ? [] : [{ provide: ServiceConfig, useValue: config }]),
    { provide: LOGGER, useValue: log },
    { provide: TokenVerifier, useFactory: () => verifier(config) },
    { provide: RedisConnection, useFactory: () => new RedisConnection(config.REDIS_URL, config.REDIS_KEY_PREFIX, log) },
    HealthParts,
    OpenApiDocument,
    RouteTable,
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_GUARD, useClass: RolesGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
    ...partProviders(options, url),
  ];
}

async function verifier(config: ServiceConfig): Promise<TokenVerifier> {
  const tokens = new TokenVerifier(config.GATEWAY_PUBLIC_KEY);
  await tokens.ready().catch((cause: unknown) => {
    throw new Error('GATEWAY_PUBLIC_KEY is not a public key in SPKI PEM form for ES256', { cause });
  });
  return tokens;
}

/** Each stands for itself in /health; they are made at start because something must register them. */
function partProviders(options: ShellOptions, url: string | undefined): Provider[] {
  const parts: Provider[] = [
    {
      provide: 'health:redis',
      inject: [HealthParts, RedisConnection],
      useFactory: (parts: HealthParts, redis: RedisConnection) => parts.add(redisPart(redis)),
    },
  ];
  if (options.migrations) {
    parts.push({
      provide: 'health:database',
      inject: [HealthParts, DataSource],
      useFactory: (parts: HealthParts, database: DataSource) =>
        parts.add(databasePart(database, url!, options.migrations!)),
    });
  }
  if (options.publishes) {
    parts.push({
      provide: 'health:messaging',
      inject: [HealthParts, MessagingHealth],
      useFactory: (parts: HealthParts, health: MessagingHealth) => parts.add(messagingPart(health)),
    });
  }
  return parts;
}
