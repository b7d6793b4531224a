import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One invoice, saved entity by entity. */
@Entity('plain_invoice')
export class InvoiceRow {
  @PrimaryColumn('text') invoiceId!: string;
  @Column('int') version!: number;
  @Column('text') orgId!: string;
  @Column('text') customerId!: string;
  @Column('text') state!: string;
  @Column('bigint') balanceMinor!: string;
  @Column('text') dueDate!: string;
}

/** One customer's exposure, limit and hold. */
@Entity('plain_account')
export class AccountRow {
  @PrimaryColumn('text') customerId!: string;
  @Column('text') orgId!: string;
  @Column('bigint') exposureMinor!: string;
  @Column('bigint') limitMinor!: string;
  @Column('boolean') held!: boolean;
}

/** One message that was handled. */
@Entity('plain_inbox')
export class InboxRow {
  @PrimaryColumn('text') eventId!: string;
}
