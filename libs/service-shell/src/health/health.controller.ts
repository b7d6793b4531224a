import { Controller, Get, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/decorators.ts';
import { HealthParts, type HealthPart } from './health-parts.ts';
import { within } from './within.ts';

const CHECK_MS_MAX = 3_000;

/** GET /health: 200 when this process can do its work, 503 when not, with the state of each dependency. */
@Public()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly parts: HealthParts,
  ) {}

  @Get()
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const [status, body] = await this.#check();
    void reply.status(status).header('cache-control', 'no-store').send(body);
  }

  /** Whether the process answers at all: for a supervisor that restarts what hangs. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  async #check(): Promise<[number, unknown]> {
    try {
      return [200, await this.health.check(this.parts.all().map((part) => () => this.#indicate(part)))];
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return [503, error.getResponse()];
      throw error;
    }
  }

  async #indicate(part: HealthPart): Promise<HealthIndicatorResult> {
    const session = this.indicators.check(part.name);
    try {
      const { status, ...details } = await within(CHECK_MS_MAX, Promise.resolve(part.check()));
      if (status === 'up') return session.up(details);
      return status === 'degraded' ? session.degraded(details) : session.down(details);
    } catch (error) {
      return session.down(error instanceof Error ? error.message : String(error));
    }
  }
}
