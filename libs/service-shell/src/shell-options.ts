import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { TopicDef } from '@cashloop/events';
import type { ServiceConfig } from './config/service-config.ts';

/** What `ServiceShellModule.forRoot` is told. */
export interface ShellOptions {
  /** As in the folder name: `credit-scoring`. Its database is `<NAME>_DATABASE_URL`. */
  name: string;
  config: Type<ServiceConfig>;
  /** Migration classes; left out by a service without a database. */
  migrations?: readonly Function[];
  /** TypeORM entities. */
  entities?: readonly Function[];
  /** Topics this service writes; left out by a service that neither reads nor writes topics. */
  publishes?: readonly TopicDef[];
}

/** What `startService` is told. */
export interface ServiceOptions {
  name: string;
  module: Type;
  /** Keep `request.rawBody` (webhooks are signed over the raw bytes). */
  rawBody?: boolean;
  /** Largest request body in bytes; 1 MiB by default. */
  bodyLimitBytes?: number;
  /** Called before the application starts: content type parsers, Fastify plugins. */
  configure?: (app: NestFastifyApplication) => void | Promise<void>;
}

/** As `ServiceOptions`, for tests: an environment beside `process.env`, which it hides name by name. */
export interface BootOptions extends ServiceOptions {
  env?: Readonly<Record<string, string | undefined>>;
}

/** A service that listens. */
export interface RunningService {
  app: NestFastifyApplication;
  /** `http://host:port` without a slash at the end. */
  url: string;
  close(): Promise<void>;
}
