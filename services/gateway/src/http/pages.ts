import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { GatewayConfig } from '../config.ts';
import { DOCS_POLICY } from './security-headers.ts';

const folder = (name: string): string => fileURLToPath(new URL(`../../public/${name}`, import.meta.url));
const swaggerFolder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const APP_SCRIPTS = ['app.js', 'api.js', 'money.js', 'holds.js', 'stream.js', 'view.js'];
const APP_FILES = [...APP_SCRIPTS, 'app.css', 'holds.css', 'icon.svg'];
const SWAGGER_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** The page at /app, the API's documentation at /docs; / leads to the page. */
export async function pages(app: NestFastifyApplication): Promise<void> {
  const config = app.get(GatewayConfig);
  await app.register(async (scope: FastifyInstance) => {
    await scope.register(fastifyStatic, { root: folder('app'), serve: false, cacheControl: false });
    scope.get('/', (_request, reply) => reply.redirect('/app', 302));
    scope.get('/app', (_request, reply) => reply.header('cache-control', 'no-cache').sendFile('index.html'));
    scope.get('/app/', (_request, reply) => reply.redirect('/app', 302));
    scope.get('/app/settings.json', () => ({ prometheus_url: config.PROMETHEUS_URL ?? null }));
    for (const file of APP_FILES) {
      scope.get(`/app/${file}`, (_request, reply) => reply.header('cache-control', 'no-cache').sendFile(file));
    }
    docs(scope);
  });
}

function docs(scope: FastifyInstance): void {
  const route = (url: string, file: string, root: string): void => {
    scope.route({
      method: 'GET',
      url,
      helmet: DOCS_POLICY,
      handler: (_request, reply) => reply.header('cache-control', 'no-cache').sendFile(file, root),
    });
  };
  route('/docs', 'index.html', folder('docs'));
  route('/docs/docs.js', 'docs.js', folder('docs'));
  for (const file of SWAGGER_FILES) route(`/docs/${file}`, file, swaggerFolder);
}
