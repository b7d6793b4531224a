import {
  type DynamicModule,
  Global,
  type INestApplication,
  Module,
  type ModuleMetadata,
  type Provider,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { PERSISTENCE_OPTIONS, TransactionRunner } from '@cashloop/persistence';
import { DataSource } from 'typeorm';
import { BatchConsumer } from './batch-consumer.ts';
import { Commands } from './commands/commands.ts';
import { Inbox } from './commands/inbox.ts';
import { Subscriptions } from './consumer/subscriptions.ts';
import { Effects } from './effects.ts';
import { MessagingHealth } from './messaging-health.ts';
import { MESSAGING_OPTIONS, type MessagingOptions } from './messaging-options.ts';
import { MessagingParts } from './messaging-parts.ts';

/** How to build the options from other providers. */
export interface MessagingAsyncOptions {
  imports?: ModuleMetadata['imports'];
  inject?: unknown[];
  useFactory: (...args: never[]) => MessagingOptions | Promise<MessagingOptions>;
}

const part = <K extends 'effects' | 'commands' | 'health'>(token: unknown, key: K): Provider => ({
  provide: token as never,
  inject: [MessagingParts],
  useFactory: (parts: MessagingParts) => parts[key],
});

const providers: Provider[] = [
  {
    provide: MessagingParts,
    inject: [MESSAGING_OPTIONS, PERSISTENCE_OPTIONS, DataSource, TransactionRunner],
    useFactory: (...args: ConstructorParameters<typeof MessagingParts>) => new MessagingParts(...args),
  },
  part(Effects, 'effects'),
  part(Commands, 'commands'),
  part(MessagingHealth, 'health'),
  Inbox,
  Subscriptions,
  BatchConsumer,
];

/** Gives a service Effects, Commands, Inbox and MessagingHealth, and finds its @Handles, @HandlesRaw and @Runs. */
@Global()
@Module({})
export class MessagingModule {
  static forRoot(options: MessagingOptions): DynamicModule {
    return MessagingModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync(options: MessagingAsyncOptions): DynamicModule {
    return {
      module: MessagingModule,
      imports: [DiscoveryModule, ...(options.imports ?? [])],
      providers: [
        { provide: MESSAGING_OPTIONS, inject: options.inject as never, useFactory: options.useFactory as never },
        ...providers,
      ],
      exports: [MESSAGING_OPTIONS, Effects, Commands, MessagingHealth, Inbox, BatchConsumer],
    };
  }
}

/**
 * Starts consuming, relaying and the scheduled runs of an application that imports MessagingModule. Resolves at once:
 * whether topics are there and partitions assigned is told by MessagingHealth. `app.close()` ends it gracefully.
 */
export async function startMessaging(app: INestApplication): Promise<void> {
  app.connectMicroservice({ strategy: app.get(BatchConsumer) }, { inheritAppConfig: false });
  await app.startAllMicroservices();
}
