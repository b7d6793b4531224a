import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** The OpenAPI document of this service, made when it is first asked for: start-up does not wait for it. */
export class OpenApiDocument {
  #make: (() => OpenAPIObject) | undefined;
  #made: OpenAPIObject | undefined;
  #served: (() => Promise<OpenAPIObject>) | undefined;

  use(app: INestApplication, service: string): void {
    this.#make = () => SwaggerModule.createDocument(app, settings(service));
  }

  /** Serves another document at /openapi.json: the gateway's holds those of all services. */
  serveInstead(served: () => Promise<OpenAPIObject>): void {
    this.#served = served;
  }

  async served(): Promise<OpenAPIObject> {
    return this.#served ? this.#served() : this.get();
  }

  /** What this service itself offers. */
  get(): OpenAPIObject {
    if (this.#make === undefined) throw new Error('the application has not started');
    return (this.#made ??= this.#make());
  }
}

const settings = (service: string) =>
  new DocumentBuilder()
    .setTitle(`Cashloop ${service}`)
    .setVersion('1')
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
