import { Controller, Inject } from '@nestjs/common';
import { ClientKafka, EventPattern, Payload } from '@nestjs/microservices';
import { InjectRepository } from '@nestjs/typeorm';
import { firstValueFrom } from 'rxjs';
import { Repository } from 'typeorm';
import { AccountRow, InvoiceRow } from './rows.ts';

export interface InvoiceBody {
  invoice_id: string;
  version: number;
  customer_id: string;
  state: string;
  balance_minor: string;
  due_date: string;
}

/**
 * The design most teams start with: one message, one handler, `save` per entity, `emit` when something happened. No
 * inbox, no outbox, no common transaction. It does what credit-scoring does to the same events: newest version wins,
 * exposure moves by the difference, a hold comes and goes with the limit.
 */
@Controller()
export class ReceivableController {
  constructor(
    @InjectRepository(InvoiceRow) private readonly invoices: Repository<InvoiceRow>,
    @InjectRepository(AccountRow) private readonly accounts: Repository<AccountRow>,
    @Inject('KAFKA') private readonly client: ClientKafka,
  ) {}

  @EventPattern(process.env.PLAIN_TOPIC ?? 'cashloop.receivable.v1')
  async onInvoice(@Payload() payload: object): Promise<void> {
    const body = payload as InvoiceBody;
    const before = await this.invoices.findOneBy({ invoiceId: body.invoice_id });
    if (before !== null && before.version >= body.version) return;
    await this.invoices.save({
      invoiceId: body.invoice_id,
      version: body.version,
      orgId: '1',
      customerId: body.customer_id,
      state: body.state,
      balanceMinor: body.balance_minor,
      dueDate: body.due_date,
    });
    await this.judge(body.customer_id, BigInt(body.balance_minor) - BigInt(before?.balanceMinor ?? '0'));
  }

  private async judge(customerId: string, difference: bigint): Promise<void> {
    const account =
      (await this.accounts.findOneBy({ customerId })) ??
      this.accounts.create({
        customerId,
        orgId: '1',
        exposureMinor: '0',
        limitMinor: process.env.PLAIN_LIMIT ?? '100000',
        held: false,
      });
    const exposure = BigInt(account.exposureMinor) + difference;
    const held = exposure > BigInt(account.limitMinor);
    const changed = held !== account.held;
    account.exposureMinor = exposure.toString();
    account.held = held;
    await this.accounts.save(account);
    if (changed) {
      await firstValueFrom(
        this.client.emit(process.env.PLAIN_HOLD_TOPIC ?? 'plain.credit-hold', {
          key: customerId,
          value: { customer_id: customerId, held, exposure_minor: account.exposureMinor },
        }),
      );
    }
  }
}
