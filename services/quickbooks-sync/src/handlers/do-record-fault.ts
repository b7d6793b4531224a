import { Injectable } from '@nestjs/common';
import { GrowingPauses } from '@cashloop/connector-kit';
import type { Logger } from '@cashloop/messaging';
import { Log } from '@cashloop/service-shell';
import { TransactionRunner } from '@cashloop/persistence';
import { connectionFault } from '../domain/connection-fault.ts';
import { Metrics } from '../metrics.ts';
import type { Books } from '../stores/books.store.ts';
import { ConnectionStore } from '../stores/connection.store.ts';

/** Notes why reading a company failed, and lets it rest before the next try. */
@Injectable()
export class DoRecordFault {
  readonly #pauses = new GrowingPauses({ baseMs: 2_000, maxMs: 120_000 });

  constructor(
    private readonly runner: TransactionRunner,
    private readonly connections: ConnectionStore,
    private readonly metrics: Metrics,
    @Log() private readonly log: Logger,
  ) {}

  resting(books: Books): boolean {
    return this.#pauses.resting(keyOf(books), Date.now());
  }

  succeeded(books: Books): void {
    this.#pauses.succeeded(keyOf(books));
  }

  async record(books: Books, error: unknown, work: string): Promise<void> {
    if ((error as { name?: string }).name === 'QueueClosed') return;
    const { state, message } = connectionFault(error);
    const pauseMs = this.#pauses.failed(keyOf(books), Date.now());
    const outside = (error as { name?: string }).name === 'QboFault' || state !== null;
    this.metrics.syncFailed(books.orgId, outside ? 'fetch' : 'update');
    const fields = { org_id: books.orgId, company: books.company, work, err: error, pause_ms: pauseMs };
    if (state === null) this.log.warn(fields, 'reading a company failed; it is tried again');
    else this.log.error(fields, 'reading a company stopped until a person reconnects it');
    await this.runner
      .run([books.orgId], (tx) => this.connections.failed(tx, books.orgId, books.company, state, message))
      .catch((err: unknown) => this.log.warn({ err }, 'the fault could not be noted'));
  }
}

const keyOf = ({ orgId, company }: Books): string => `${orgId}:${company}`;
