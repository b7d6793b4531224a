import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { OpenApiDocument } from '@cashloop/service-shell';
import { GatewayConfig } from '../config.ts';
import { ServiceDocuments } from '../connectors/services/service-documents.ts';
import { mergedOpenApi, type ApiDocument } from '../domain/merged-openapi.ts';
import { ROUTES, type Upstream } from '../domain/upstreams.ts';
import { upstreamUrls } from './upstream-urls.ts';

/** Serves the API of all services as one document at /openapi.json. */
export function wholeOpenApi(app: NestFastifyApplication): void {
  const own = app.get(OpenApiDocument);
  const documents = app.get(ServiceDocuments);
  const urls = upstreamUrls(app.get(GatewayConfig));
  own.serveInstead(async () => {
    const sources = await Promise.all(
      (Object.keys(urls) as Upstream[]).map(async (service) => ({
        service,
        document: await documents.get(service, urls[service]),
        reachable: (path: string) => ROUTES[path.split('/')[1] ?? ''] === service,
      })),
    );
    return mergedOpenApi(own.get() as unknown as ApiDocument, sources) as unknown as OpenAPIObject;
  });
}
