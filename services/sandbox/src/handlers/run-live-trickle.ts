import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { formatDecimal } from '@cashloop/money';
import { TransactionRunner } from '@cashloop/persistence';
import { Log, type Logger } from '@cashloop/service-shell';
import { SandboxConfig } from '../config.ts';
import { exactNumber, type ExactObject } from '../domain/exact-json.ts';
import { liveStep, type LiveStep, settleOldest } from '../domain/live-step.ts';
import { SampleRandom } from '../domain/sample-random.ts';
import { SampleStore } from '../stores/sample.store.ts';
import { TokenStore } from '../stores/token.store.ts';
import { DoWriteDocument } from './do-write-document.ts';

const usd = (cents: bigint) => exactNumber(formatDecimal(cents, 'USD'));

/** Lets the sample company trade slowly, so that holds come and go. It begins once an app is connected. */
@Injectable()
export class RunLiveTrickle implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #random = new SampleRandom(Date.now());
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #tick = 0;

  constructor(
    private readonly config: SandboxConfig,
    private readonly runner: TransactionRunner,
    private readonly samples: SampleStore,
    private readonly tokens: TokenStore,
    private readonly writes: DoWriteDocument,
    @Log() private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.SANDBOX_LIVE) return;
    this.#timer = setInterval(() => {
      this.#running ??= this.run().finally(() => (this.#running = undefined));
    }, this.config.SANDBOX_LIVE_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** One document in each connected sample company. */
  async run(): Promise<void> {
    try {
      const realms = await this.runner.read([], (tx) => this.samples.realms(tx));
      for (const realmId of realms) await this.#trade(realmId);
      this.#tick += 1;
    } catch (err) {
      this.log.warn({ err }, 'the live trickle missed a step');
    }
  }

  async #trade(realmId: string): Promise<void> {
    const customers = await this.runner.read([], async (tx) => {
      const mark = (await this.tokens.hasGrant(tx, realmId)) ? await this.samples.find(tx, realmId) : undefined;
      return mark?.list === undefined ? [] : this.samples.liveCustomers(tx, realmId, mark.list);
    });
    const step = liveStep(this.#random, this.#tick, customers);
    if (step === undefined || step.cents <= 0n) return;
    if (step.kind === 'invoice') await this.#order(realmId, step);
    else await this.#pay(realmId, step);
  }

  async #order(realmId: string, { customerId, cents }: LiveStep): Promise<void> {
    const SalesItemLineDetail = { ItemRef: { value: '1' } };
    const body: ExactObject = {
      CustomerRef: { value: customerId },
      PrivateNote: `order SO-${Date.now().toString(36).toUpperCase()}`,
      Line: [{ Amount: usd(cents), DetailType: 'SalesItemLineDetail', SalesItemLineDetail }],
    };
    await this.writes.write({ realmId, entity: 'Invoice', operation: 'create', body });
  }

  async #pay(realmId: string, { customerId, cents }: LiveStep): Promise<void> {
    const open = await this.runner.read([], (tx) => this.samples.openInvoices(tx, realmId, customerId));
    const parts = settleOldest(cents, open);
    if (parts.length === 0) return;
    const body: ExactObject = {
      CustomerRef: { value: customerId },
      TotalAmt: usd(parts.reduce((sum, part) => sum + part.cents, 0n)),
      Line: parts.map((part) => ({ Amount: usd(part.cents), LinkedTxn: [{ TxnId: part.id, TxnType: 'Invoice' }] })),
    };
    await this.writes.write({ realmId, entity: 'Payment', operation: 'create', body });
  }
}
