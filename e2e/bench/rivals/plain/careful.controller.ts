import { Controller, Inject } from '@nestjs/common';
import { ClientKafka, Ctx, EventPattern, KafkaContext, Payload } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { DataSource, EntityManager } from 'typeorm';
import type { InvoiceBody } from './receivable.controller.ts';
import { AccountRow, InboxRow, InvoiceRow } from './rows.ts';

/**
 * The same design by a careful team: a message is one transaction that first takes its id into the inbox, then locks the
 * account, and `emit` comes after the commit. A crash in between still loses a hold.
 */
@Controller()
export class CarefulController {
  constructor(
    private readonly database: DataSource,
    @Inject('KAFKA') private readonly client: ClientKafka,
  ) {}

  @EventPattern(process.env.PLAIN_TOPIC ?? 'cashloop.receivable.v1')
  async onInvoice(@Payload() payload: object, @Ctx() context: unknown): Promise<void> {
    const eventId = String((context as KafkaContext).getMessage().headers?.ce_id ?? '');
    const account = await this.database.transaction(async (manager) => {
      const inbox = manager.createQueryBuilder().insert().into(InboxRow).values({ eventId }).orIgnore();
      const taken = await inbox.returning(['eventId']).execute();
      return (taken.raw as unknown[]).length === 0 ? undefined : this.apply(manager, payload as InvoiceBody);
    });
    if (account !== undefined) await this.tell(account);
  }

  /** @returns the account when its hold came or went */
  private async apply(manager: EntityManager, body: InvoiceBody): Promise<AccountRow | undefined> {
    const account = await this.locked(manager, body.customer_id);
    const before = await manager.findOneBy(InvoiceRow, { invoiceId: body.invoice_id });
    if (before !== null && before.version >= body.version) return undefined;
    await manager.save(InvoiceRow, {
      invoiceId: body.invoice_id,
      version: body.version,
      orgId: '1',
      customerId: body.customer_id,
      state: body.state,
      balanceMinor: body.balance_minor,
      dueDate: body.due_date,
    });
    const difference = BigInt(body.balance_minor) - BigInt(before?.balanceMinor ?? '0');
    const exposure = BigInt(account.exposureMinor) + difference;
    const held = exposure > BigInt(account.limitMinor);
    const changed = held !== account.held;
    await manager.save(Object.assign(account, { exposureMinor: exposure.toString(), held }));
    return changed ? account : undefined;
  }

  private async locked(manager: EntityManager, customerId: string): Promise<AccountRow> {
    const lock = { where: { customerId }, lock: { mode: 'pessimistic_write' } } as const;
    const found = await manager.findOne(AccountRow, lock);
    if (found !== null) return found;
    const limitMinor = process.env.PLAIN_LIMIT ?? '100000';
    const fresh = { customerId, orgId: '1', exposureMinor: '0', limitMinor, held: false };
    await manager.createQueryBuilder().insert().into(AccountRow).values(fresh).orIgnore().execute();
    return manager.findOneOrFail(AccountRow, lock);
  }

  private async tell({ customerId, held, exposureMinor }: AccountRow): Promise<void> {
    const value = { customer_id: customerId, held, exposure_minor: exposureMinor };
    await firstValueFrom(
      this.client.emit(process.env.PLAIN_HOLD_TOPIC ?? 'plain.credit-hold', { key: customerId, value }),
    );
  }
}
