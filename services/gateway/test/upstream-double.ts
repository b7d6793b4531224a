import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a service behind the gateway saw. */
export interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A service behind the gateway that writes down what it gets. */
export interface UpstreamDouble {
  url: string;
  seen: Seen[];
  answer: (seen: Seen, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function upstreamDouble(): Promise<UpstreamDouble> {
  const double: Partial<UpstreamDouble> & { seen: Seen[] } = {
    seen: [],
    answer: (_, response) => void response.setHeader('content-type', 'application/json').end('{"ok":true}'),
  };
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const seen = { method: request.method!, url: request.url!, headers: request.headers, body: Buffer.concat(parts) };
      double.seen.push(seen);
      double.answer!(seen, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  double.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  double.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return double as UpstreamDouble;
}
