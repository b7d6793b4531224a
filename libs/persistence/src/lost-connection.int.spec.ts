import { once } from 'node:events';
import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net';
import { testDatabase } from '@cashloop/testkit';
import { connect, createDataSource } from './data-source.ts';
import { TransactionRunner } from './transaction-runner.ts';

/** What Postgres says when its postmaster is gone: an ErrorResponse of its protocol. */
const FATAL = ((): Buffer => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0');
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
})();
const READY = Buffer.from('Z\0\0\0\x05');

/** A way to Postgres on which the next connection that is ready hears, in the same breath, that the server ends. */
async function wayTo(databaseUrl: string): Promise<{ url: string; strike(): void; close(): void }> {
  const url = new URL(databaseUrl);
  const { hostname, port } = url;
  let striking = false;
  const pass = (client: Socket): void => {
    const postgres = connectTo(Number(port), hostname);
    for (const socket of [client, postgres]) socket.on('error', () => undefined);
    client.pipe(postgres);
    client.once('close', () => postgres.destroy());
    postgres.on('end', () => client.end());
    postgres.on('data', (chunk: Buffer) => {
      if (!striking || !chunk.subarray(-6, -1).equals(READY)) return client.write(chunk);
      striking = false;
      client.end(Buffer.concat([chunk, FATAL]));
      return postgres.destroy();
    });
  };
  const server = createServer(pass);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: url.href, strike: () => void (striking = true), close: () => void server.close() };
}

test('a new connection that is lost in the moment it is handed out ends one piece of work, not the process', async () => {
  const database = await testDatabase({ migrations: [] });
  const way = await wayTo(database.url);
  const dataSource = await connect(createDataSource({ url: way.url, migrations: [] }), 5_000);
  const runner = new TransactionRunner(dataSource);
  const unheard: unknown[] = [];
  const hear = (error: unknown): number => unheard.push(error);
  process.on('uncaughtException', hear);
  await runner.run([], async () => {
    way.strike();
    const onNewOne = runner.run([], (tx) => tx.query('select 1'));
    await expect(onNewOne).rejects.toThrow(/connection|terminat/i);
  });
  expect(await runner.run([], (tx) => tx.query('select 1 as n'))).toEqual([{ n: 1 }]);
  process.off('uncaughtException', hear);
  expect(unheard).toEqual([]);
  await dataSource.destroy();
  way.close();
  await database.close();
});
