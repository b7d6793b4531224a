import { Controller, Headers, HttpCode, Post, Req, type RawBodyRequest } from '@nestjs/common';
import { ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { signedByHmac } from '@cashloop/connector-kit';
import { ProblemError, Roles } from '@cashloop/service-shell';
import { QuickBooksSyncConfig } from '../config.ts';
import { DoAnnounce } from '../handlers/do-announce.ts';

@ApiTags('QuickBooks')
@Controller('qbo/webhook')
export class WebhookController {
  constructor(
    private readonly config: QuickBooksSyncConfig,
    private readonly announcements: DoAnnounce,
  ) {}

  @Post()
  @Roles('system')
  @ApiSecurity({})
  @HttpCode(200)
  @ApiOperation({
    summary: 'Intuit announces changes; signed over the raw bytes',
    description: 'Wants no token at the gateway, which calls here with its own.',
  })
  async receive(
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Headers('intuit-signature') signature: string | undefined,
  ): Promise<object> {
    const body = request.rawBody ?? Buffer.alloc(0);
    if (!signedByHmac(body, signature, this.config.QBO_WEBHOOK_VERIFIER_TOKEN)) {
      throw new ProblemError({
        status: 401,
        code: 'qbo.bad_signature',
        detail: 'intuit-signature does not fit the body',
      });
    }
    await this.announcements.announce(body.toString('utf8'));
    return {};
  }
}
