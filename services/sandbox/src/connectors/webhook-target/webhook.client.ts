import { Injectable } from '@nestjs/common';
import axios from 'axios';
import { SandboxConfig } from '../../config.ts';
import { signatureOf } from '../../domain/webhook-body.ts';

const ANSWER_WITHIN_MS = 10_000;

/** Posts announcements to the app, signed as Intuit does. */
@Injectable()
export class WebhookClient {
  constructor(private readonly config: SandboxConfig) {}

  /** Whether the app took it: any 2xx. A refusal and a connection that fails are the same to the sender. */
  async post(body: string): Promise<boolean> {
    try {
      const { status } = await axios.post(this.config.SANDBOX_WEBHOOK_URL, body, {
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'intuit-signature': signatureOf(body, this.config.SANDBOX_WEBHOOK_VERIFIER_TOKEN),
          'intuit-notification-schema-version': '1.0',
        },
        timeout: ANSWER_WITHIN_MS,
        maxRedirects: 0,
        proxy: false,
        validateStatus: () => true,
        transformRequest: [(data: string) => data],
      });
      return status >= 200 && status < 300;
    } catch {
      return false;
    }
  }
}
