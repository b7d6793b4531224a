import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Webhooks in the CloudEvents format may come under its own media types; all are JSON, and kept raw for the signature. */
export function acceptCloudEvents(app: NestFastifyApplication): void {
  for (const type of ['application/cloudevents-batch+json', 'application/cloudevents+json']) {
    app.useBodyParser(
      type,
      {},
      (_request: unknown, body: Buffer, done: (error: Error | null, body?: unknown) => void) => {
        try {
          done(null, JSON.parse(body.toString('utf8')));
        } catch (error) {
          done(Object.assign(error as Error, { statusCode: 400 }));
        }
      },
    );
  }
}
