import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { SandboxConfig } from '../config.ts';
import type { Company } from '../domain/company.ts';
import type { Decision } from '../domain/decide-write.ts';
import { InjectedFaults } from '../domain/injected-faults.ts';
import { webhookEvents } from '../metrics.ts';
import { SandboxClock } from './sandbox-clock.store.ts';
import { WebhookStore } from './webhook.store.ts';

const REORDER_DELAY_MS = 1500;
const DUPLICATE_DELAY_MS = 300;

/** Stores what a change announces, in the change's own transaction; injected webhook faults strike here, per change. */
@Injectable()
export class AnnounceStore {
  constructor(
    private readonly config: SandboxConfig,
    private readonly clock: SandboxClock,
    private readonly webhooks: WebhookStore,
    private readonly faults: InjectedFaults,
  ) {}

  async add(tx: Tx, company: Company, announced: Decision['announced']): Promise<void> {
    if (!company.webhooks || announced.length === 0) return;
    const { realmId } = company;
    if (this.faults.takes('lose_webhooks', realmId))
      return void webhookEvents.inc({ outcome: 'lost' }, announced.length);
    const time = this.clock.now();
    const events = announced.map(({ kind, id, event }) => ({
      eventId: randomUUID(),
      realmId,
      entity: kind,
      entityId: id,
      event,
      time,
    }));
    const late = this.faults.takes('reorder_webhooks', realmId) ? REORDER_DELAY_MS : 0;
    const delayMs = this.config.SANDBOX_WEBHOOK_DELAY_MS + late;
    await this.webhooks.add(tx, late > 0 ? events.reverse() : events, delayMs);
    if (this.faults.takes('duplicate_webhooks', realmId))
      await this.webhooks.add(tx, events, delayMs + DUPLICATE_DELAY_MS);
  }
}
