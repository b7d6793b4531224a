import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Tx, TransactionRunner } from '@cashloop/persistence';

/** The stand-in's own time: the machine's, moved by an offset that survives restarts. */
@Injectable()
export class SandboxClock implements OnModuleInit {
  #offsetMs = 0;

  constructor(private readonly runner: TransactionRunner) {}

  /** A database that is not migrated yet is the health check's business, not a reason to fail here. */
  async onModuleInit(): Promise<void> {
    this.#offsetMs = await this.runner.read([], (tx) => this.#load(tx)).catch(() => 0);
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  /** Documents know whole seconds, as Intuit's do. */
  nowInSeconds(): Date {
    return new Date(Math.floor(this.now().getTime() / 1000) * 1000);
  }

  async moveTo(at: Date): Promise<void> {
    await this.#keep(at.getTime() - Date.now());
  }

  async advance(byMs: number): Promise<void> {
    await this.#keep(this.#offsetMs + byMs);
  }

  async reset(): Promise<void> {
    await this.#keep(0);
  }

  async #keep(offsetMs: number): Promise<void> {
    await this.runner.run([], (tx) =>
      tx.query(
        'insert into clock (offset_ms) values ($1) on conflict (only_one) do update set offset_ms = excluded.offset_ms',
        [Math.round(offsetMs)],
      ),
    );
    this.#offsetMs = Math.round(offsetMs);
  }

  async #load(tx: Tx): Promise<number> {
    const [row] = await tx.query<{ offset_ms: string }>('select offset_ms from clock');
    return Number(row?.offset_ms ?? 0);
  }
}
