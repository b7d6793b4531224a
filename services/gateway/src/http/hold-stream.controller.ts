import { Controller, Get, Headers, Res, type OnModuleDestroy } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, Log, ProblemError, type CallerIdentity, type Logger } from '@cashloop/service-shell';
import type { FastifyReply } from 'fastify';
import { parsePosition } from '../domain/stream-position.ts';
import { holdStreams } from '../metrics.ts';
import { HoldFeedView } from '../stores/hold-feed.view.ts';
import { FeedWatch } from './feed-watch.ts';
import { HoldStream } from './hold-stream.ts';

const HEARTBEAT_MS = 15_000;
const STREAMS_MAX = 1_000;
const STREAMS_PER_CALLER_MAX = 20;

@ApiTags('credit holds')
@Controller('credit/holds/stream')
export class HoldStreamController implements OnModuleDestroy {
  readonly #open = new Map<AbortController, string>();

  constructor(
    private readonly feed: HoldFeedView,
    private readonly watch: FeedWatch,
    @Log() private readonly log: Logger,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Holds as they come and go (server-sent events)',
    description:
      "Events: `reset` (forget what you have: a snapshot follows), `hold` (the whole state of one account's hold; keep the highest " +
      '`version` per `account_id`; `state` is `held` or `free`), `ready` (the snapshot, or what you missed, is complete). Without ' +
      '`Last-Event-ID` you get `reset` and every account that is held. With it you get each account that changed since, once, as it now ' +
      'stands. The stream ends with the token. Browsers: use fetch, since EventSource cannot send the Authorization header.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The `id` of the last event you saw' })
  @ApiOkResponse({ content: { 'text/event-stream': {} } })
  async stream(
    @Caller() caller: CallerIdentity,
    @Res() reply: FastifyReply,
    @Headers('last-event-id') lastId?: string,
  ): Promise<void> {
    const abort = this.#admit(caller);
    const endWithToken = setTimeout(() => abort.abort(), Math.max(0, caller.expiresAt.getTime() - Date.now()));
    reply.hijack();
    const response = reply.raw;
    response.on('close', () => abort.abort());
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Kept open after its end, the connection would keep a closing server waiting.
      connection: 'close',
      'x-content-type-options': 'nosniff',
      // nginx would hold the events back until its buffer is full.
      'x-accel-buffering': 'no',
    });
    try {
      const parts = { feed: this.feed, watch: this.watch, heartbeatMs: HEARTBEAT_MS };
      await new HoldStream(parts, caller.orgId, response, abort.signal).run(parsePosition(lastId));
    } catch (err) {
      if (!abort.signal.aborted) this.log.warn({ err }, 'a hold stream broke off: its reader comes again');
    } finally {
      clearTimeout(endWithToken);
      this.#open.delete(abort);
      holdStreams.set(this.#open.size);
      response.end();
    }
  }

  /** Open streams would keep a closing server waiting. */
  onModuleDestroy(): void {
    for (const abort of this.#open.keys()) abort.abort();
  }

  #admit(caller: CallerIdentity): AbortController {
    const who = `${caller.kind}:${caller.userId}`;
    const own = [...this.#open.values()].filter((other) => other === who).length;
    if (own >= STREAMS_PER_CALLER_MAX || this.#open.size >= STREAMS_MAX) {
      throw new ProblemError({
        status: 429,
        code: 'stream.too_many',
        detail: `at most ${STREAMS_PER_CALLER_MAX} streams of one caller may be open`,
        headers: { 'retry-after': '10' },
      });
    }
    const abort = new AbortController();
    this.#open.set(abort, who);
    holdStreams.set(this.#open.size);
    return abort;
  }
}
