// One process of the notes service that ends as services do: on SIGTERM it closes and ends with 0.
// Arguments: database url, topic prefix, broker, client id, most events in a batch, seconds per batch. Prints "ready"
// once it reads, and "batch N" with the size of each batch it begins.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { topicDefs } from '@cashloop/events';
import { PersistenceModule } from '@cashloop/persistence';
import { MessagingModule, startMessaging } from '../src/index.ts';
import { migrations, OnOrgs, quiet, ready, trouble } from './notes-service.ts';

const [url, topicPrefix, broker, clientId, eventsMax, seconds] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

@Module({
  imports: [
    PersistenceModule.forRoot({ url, migrations }),
    MessagingModule.forRoot({
      service: 'notes',
      clientId,
      brokers: [broker],
      topicPrefix,
      publishes: [topicDefs.org],
      batchEventsMax: Number(eventsMax),
      logger: quiet,
    }),
  ],
  providers: [OnOrgs],
})
class NotesModule {}

trouble.before = async (events, { tx }) => {
  process.stdout.write(`batch ${events.length}\n`);
  await tx.query('select pg_sleep($1)', [seconds]);
};
const app = await NestFactory.create(NotesModule, new FastifyAdapter(), { logger: false });
await app.init();
await startMessaging(app);
process.once('SIGTERM', () => {
  app.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
await ready(app);
process.stdout.write('ready\n');
