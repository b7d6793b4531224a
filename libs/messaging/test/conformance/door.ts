import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pause } from '../../src/pauses.ts';

/** A way to Postgres that can be shut: the server itself is shared, and must not be restarted. */
export interface Door {
  readonly url: string;
  /** Ends all connections and refuses new ones for so long, as a server does that restarts. */
  shut(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** What Postgres answers before it is ready again: an ErrorResponse of its protocol. */
const startingUp = ((): Buffer => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0');
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
})();

export async function doorTo(databaseUrl: string): Promise<Door> {
  const url = new URL(databaseUrl);
  const { hostname, port } = url;
  const ways = new Map<Socket, Socket>();
  let isShut = false;
  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (isShut) return void client.once('data', () => client.end(startingUp));
    const postgres = connect(Number(port), hostname);
    ways.set(client, postgres);
    client.pipe(postgres).pipe(client);
    postgres.on('error', () => client.end());
    client.once('close', () => ways.delete(client) && postgres.destroy());
  });
  const cut = (): void => {
    for (const [client, postgres] of ways) {
      client.unpipe().resume().end(); // read to the end: a reset would be another fault
      postgres.destroy();
    }
  };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    shut: async (ms) => {
      isShut = true;
      cut();
      await pause(ms);
      isShut = false;
    },
    close: async () => {
      server.close();
      cut();
    },
  };
}
