import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CarefulController } from './careful.controller.ts';
import { ReceivableController } from './receivable.controller.ts';
import { AccountRow, InboxRow, InvoiceRow } from './rows.ts';

const brokers = (process.env.KAFKA_BROKERS ?? '').split(',');
const groupId = process.env.PLAIN_GROUP ?? 'plain';
/** How long the group waits for a killed member: kafkajs's own value unless told. */
const sessionTimeout = Number(process.env.PLAIN_SESSION_MS ?? 30_000);
const careful = process.env.PLAIN_STRENGTH === 'careful';
/** kafkajs works on one partition at a time unless told. */
const partitionsConsumedConcurrently = Number(process.env.PLAIN_PARTITIONS_AT_ONCE ?? 1);

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.PLAIN_DATABASE_URL,
      entities: [InvoiceRow, AccountRow, InboxRow],
      synchronize: true,
    }),
    TypeOrmModule.forFeature([InvoiceRow, AccountRow]),
    ClientsModule.register([
      {
        name: 'KAFKA',
        transport: Transport.KAFKA,
        options: { client: { brokers, logLevel: 1 }, producerOnlyMode: true },
      },
    ]),
  ],
  controllers: [careful ? CarefulController : ReceivableController],
})
class PlainModule {}

const app = await NestFactory.createMicroservice<MicroserviceOptions>(PlainModule, {
  transport: Transport.KAFKA,
  options: {
    client: { brokers, logLevel: 1 },
    consumer: { groupId, sessionTimeout },
    subscribe: { fromBeginning: true },
    run: { partitionsConsumedConcurrently },
  },
  logger: ['error'],
});
await app.listen();
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
