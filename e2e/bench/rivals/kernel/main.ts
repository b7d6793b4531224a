import 'reflect-metadata';
import { once } from 'node:events';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type AsyncMicroserviceOptions } from '@nestjs/microservices';
import { topicDefs } from '@cashloop/events';
import { BatchConsumer, MessagingModule } from '@cashloop/messaging';
import { PersistenceModule } from '@cashloop/persistence';
import { BenchStore } from './bench.store.ts';
import { migrations } from './migrations.ts';
import { OnReceivable } from './on-receivable.ts';

@Module({
  imports: [
    PersistenceModule.forRoot({ url: process.env.KERNEL_DATABASE_URL ?? '', migrations }),
    MessagingModule.forRoot({
      service: 'bench-kernel',
      brokers: (process.env.KAFKA_BROKERS ?? '').split(','),
      topicPrefix: process.env.KAFKA_TOPIC_PREFIX ?? '',
      publishes: [topicDefs.creditHold],
    }),
  ],
  providers: [OnReceivable, BenchStore],
})
class KernelModule {}

const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(KernelModule, {
  useFactory: (strategy: BatchConsumer) => ({ strategy }),
  inject: [BatchConsumer],
  logger: ['warn', 'error'],
  abortOnError: false,
});
if (process.send !== undefined) {
  process.send('ready'); // a benchmark of several processes lets them all begin at once
  await once(process, 'message');
}
await app.listen();
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
