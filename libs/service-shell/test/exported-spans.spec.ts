import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { flushTraces, startTracing } from '../src/tracing/start-tracing.ts';

interface Exported {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] };
    scopeSpans: { spans: { name: string; traceId: string }[] }[];
  }[];
}

describe('spans', () => {
  let collector: Server;
  const received: { path: string | undefined; body: Exported }[] = [];

  beforeAll(async () => {
    collector = createServer((request, reply) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        received.push({ path: request.url, body: JSON.parse(Buffer.concat(parts).toString()) as Exported });
        reply.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    await new Promise((resolve) => collector.close(resolve));
  });

  test('go to the collector that is named, under the name of the service', async () => {
    startTracing('sample');
    const span = trace.getTracer('test').startSpan('handle invoices');
    span.end();
    await flushTraces();
    const [{ path, body }] = received as [(typeof received)[number]];
    expect(path).toBe('/v1/traces');
    const [{ resource, scopeSpans }] = body.resourceSpans as [Exported['resourceSpans'][number]];
    expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'sample' } });
    expect(scopeSpans[0]?.spans).toMatchObject([{ name: 'handle invoices', traceId: span.spanContext().traceId }]);
  });
});
