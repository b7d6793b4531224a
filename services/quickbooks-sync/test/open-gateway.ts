import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Running } from './running-service.ts';

/** The gateway's open routes: passes bodies on byte for byte, with the token that the gateway makes for them. */
export interface OpenGateway {
  url: string;
  close(): Promise<void>;
}

export async function openGateway(running: Running): Promise<OpenGateway> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => name.startsWith('intuit') || name === 'content-type'),
    ) as Record<string, string>;
    const answer = await fetch(running.service.url + request.url, {
      method: request.method,
      headers: { ...headers, authorization: `Bearer ${running.systemToken}` },
      body: Buffer.concat(chunks),
    }).catch(() => undefined);
    response.writeHead(answer?.status ?? 502).end(await answer?.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
