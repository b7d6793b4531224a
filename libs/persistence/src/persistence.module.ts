import {
  type DynamicModule,
  Global,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { connect, createDataSource } from './data-source.ts';
import { PERSISTENCE_OPTIONS, type PersistenceOptions } from './persistence-options.ts';
import { TransactionRunner } from './transaction-runner.ts';

/** How to build the options from other providers. */
export interface PersistenceAsyncOptions {
  imports?: ModuleMetadata['imports'];
  inject?: unknown[];
  useFactory: (...args: never[]) => PersistenceOptions | Promise<PersistenceOptions>;
}

const providers: Provider[] = [
  {
    provide: DataSource,
    inject: [PERSISTENCE_OPTIONS],
    useFactory: (options: PersistenceOptions) => connect(createDataSource(options), options.connectWaitMs ?? 30_000),
  },
  {
    provide: TransactionRunner,
    inject: [DataSource],
    useFactory: (dataSource: DataSource) => new TransactionRunner(dataSource),
  },
];

/** Gives the service its DataSource and its TransactionRunner, everywhere. */
@Global()
@Module({})
export class PersistenceModule implements OnApplicationShutdown {
  readonly #dataSource: DataSource;

  constructor(@Inject(DataSource) dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  static forRoot(options: PersistenceOptions): DynamicModule {
    return PersistenceModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync(options: PersistenceAsyncOptions): DynamicModule {
    return {
      module: PersistenceModule,
      imports: options.imports,
      providers: [
        { provide: PERSISTENCE_OPTIONS, inject: options.inject as never, useFactory: options.useFactory as never },
        ...providers,
      ],
      exports: [PERSISTENCE_OPTIONS, DataSource, TransactionRunner],
    };
  }

  /** Last of all: handlers in work end in the hooks before this one. */
  async onApplicationShutdown(): Promise<void> {
    if (this.#dataSource.isInitialized) await this.#dataSource.destroy();
  }
}
