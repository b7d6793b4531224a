import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { frontDoor } from './front-door.ts';
import { pages } from './pages.ts';
import { proxy } from './proxy.ts';
import { wholeOpenApi } from './whole-openapi.ts';

/** What the gateway does outside of controllers, in the order requests meet it. */
export async function wireGateway(app: NestFastifyApplication): Promise<void> {
  await frontDoor(app);
  await pages(app);
  await proxy(app);
  wholeOpenApi(app);
}
