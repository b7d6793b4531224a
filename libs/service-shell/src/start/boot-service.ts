import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { startMessaging } from '@cashloop/messaging';
import type { Logger } from 'pino';
import { ServiceConfig } from '../config/service-config.ts';
import { logRequests } from '../http/log-requests.ts';
import { requestValidation } from '../http/validation.ts';
import { createLogger } from '../log/create-logger.ts';
import { LOGGER } from '../log/log.token.ts';
import { NestLogger } from '../log/nest-logger.ts';
import { measureRequests } from '../metrics/http-metrics.ts';
import { OpenApiDocument } from '../openapi/openapi-document.ts';
import { RouteTable } from '../problems/route-table.ts';
import { shellOptionsOf } from '../shell.module.ts';
import type { BootOptions, RunningService } from '../shell-options.ts';
import { flushTraces, startTracing } from '../tracing/start-tracing.ts';
import { traceRequests } from '../tracing/trace-requests.ts';
import { withEnvironment } from './environment.ts';
import { InFlight } from './in-flight.ts';
import { lenientJson } from './lenient-json.ts';

const BODY_BYTES_MAX = 1_048_576;

/**
 * Creates, wires and starts a service; throws instead of ending the process. For tests, and for `startService`.
 * With PORT=0 it listens on any free port: `url` says which.
 */
export async function bootService(options: BootOptions): Promise<RunningService> {
  startTracing(options.name);
  const app = await withEnvironment(options.env ?? {}, () => createApp(options));
  const inFlight = new InFlight(app);
  try {
    const config = app.get(ServiceConfig);
    await app.listen(config.PORT, config.CASHLOOP_HOST);
    if (shellOptionsOf(options.module)?.publishes) await startMessaging(app);
    let closing: Promise<void> | undefined;
    // Once, however often it is asked for: closing twice would wait for what is gone.
    const close = (): Promise<void> => (closing ??= inFlight.close().finally(flushTraces));
    return { app, url: (await app.getUrl()).replace('[::1]', '127.0.0.1'), close };
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
}

async function createApp(options: BootOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimitBytes ?? BODY_BYTES_MAX,
    forceCloseConnections: 'idle',
    requestTimeout: 60_000,
    trustProxy: trustedProxies(options),
  });
  const app = await NestFactory.create<NestFastifyApplication>(options.module, adapter, {
    abortOnError: false,
    // Until the settings are checked, in the same form; their log takes over below.
    logger: new NestLogger(createLogger({ service: options.name, level: earlyLevel(options) })),
    rawBody: options.rawBody ?? false,
  });
  app.useLogger(new NestLogger(app.get<Logger>(LOGGER)));
  wireHttp(app, options.name);
  await options.configure?.(app);
  return app;
}

const earlyLevel = (options: BootOptions): string =>
  (options.env?.['LOG_LEVEL'] ?? process.env['LOG_LEVEL']) === 'silent' ? 'silent' : 'warn';

/** Needed before the module's own configuration is read; a faulty one is reported there, with all its other faults. */
function trustedProxies(options: BootOptions): string[] | false {
  const text = options.env?.['TRUSTED_PROXIES'] ?? process.env['TRUSTED_PROXIES'] ?? '';
  const proxies = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return proxies.length > 0 ? proxies : false;
}

function wireHttp(app: NestFastifyApplication, service: string): void {
  const server = app.getHttpAdapter().getInstance();
  app.get(RouteTable).watch(server);
  traceRequests(server);
  measureRequests(server);
  logRequests(server, app.get<Logger>(LOGGER));
  lenientJson(app);
  app.useGlobalPipes(requestValidation());
  app.get(OpenApiDocument).use(app, service);
}
