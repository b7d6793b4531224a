import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import {
  CreditBreachStateSchema,
  CreditLimitStateSchema,
  CreditManualHoldStateSchema,
  CreditSettingsStateSchema,
} from './generated/cashloop/credit/v1/credit_pb.ts';
import { CreditHoldStateSchema } from './generated/cashloop/credit_hold/v1/credit_hold_pb.ts';
import { CustomerStateSchema } from './generated/cashloop/customer/v1/customer_pb.ts';
import { ExternalCustomerStateSchema } from './generated/cashloop/customer_sighting/v1/customer_sighting_pb.ts';
import { OperatorActionStateSchema } from './generated/cashloop/ops/v1/ops_pb.ts';
import { OrgStateSchema } from './generated/cashloop/org/v1/org_pb.ts';
import {
  ArAdjustmentStateSchema,
  CreditNoteStateSchema,
  ImportStateSchema,
  InvoiceStateSchema,
  PaymentStateSchema,
  TieOutStateSchema,
} from './generated/cashloop/receivable/v1/receivable_pb.ts';
import { ReadingStateSchema } from './generated/cashloop/sync/v1/sync_pb.ts';

/** A topic: its name, its fixed partition count and the schema of each event type on it. */
export interface TopicDef<T extends Record<string, DescMessage> = Record<string, DescMessage>> {
  readonly name: string;
  /** Fixed for the life of a topic version: changing it would move keys and break their order. */
  readonly partitions: number;
  readonly types: T;
}

/** All messages that may stand in one topic. */
export type MessageOf<D extends TopicDef> = MessageShape<D['types'][keyof D['types']]>;

/** The event types of one topic. */
export type TypeOf<D extends TopicDef> = keyof D['types'] & string;

const topic = <T extends Record<string, DescMessage>>(name: string, partitions: number, types: T): TopicDef<T> => ({
  name,
  partitions,
  types,
});

/** Every topic of the system. docs/asyncapi.yaml is generated from this table and the protos. */
export const topicDefs = {
  org: topic('cashloop.org.v1', 1, { org_upserted: OrgStateSchema }),
  customer: topic('cashloop.customer.v1', 8, { customer_upserted: CustomerStateSchema }),
  customerSighting: topic('cashloop.customer-sighting.v1', 8, { external_customer_seen: ExternalCustomerStateSchema }),
  receivable: topic('cashloop.receivable.v1', 8, {
    invoice_created: InvoiceStateSchema,
    invoice_updated: InvoiceStateSchema,
    invoice_paid: InvoiceStateSchema,
    invoice_reopened: InvoiceStateSchema,
    invoice_voided: InvoiceStateSchema,
    payment_received: PaymentStateSchema,
    payment_updated: PaymentStateSchema,
    payment_reversed: PaymentStateSchema,
    credit_note_issued: CreditNoteStateSchema,
    credit_note_updated: CreditNoteStateSchema,
    credit_note_voided: CreditNoteStateSchema,
    ar_adjustment_recorded: ArAdjustmentStateSchema,
    ar_adjustment_updated: ArAdjustmentStateSchema,
    ar_adjustment_removed: ArAdjustmentStateSchema,
    import_completed: ImportStateSchema,
    tie_out_changed: TieOutStateSchema,
  }),
  sync: topic('cashloop.sync.v1', 1, { reading_completed: ReadingStateSchema }),
  credit: topic('cashloop.credit.v1', 8, {
    credit_limit_changed: CreditLimitStateSchema,
    credit_breach: CreditBreachStateSchema,
    credit_breach_cleared: CreditBreachStateSchema,
    credit_settings_changed: CreditSettingsStateSchema,
    credit_manual_hold_changed: CreditManualHoldStateSchema,
  }),
  creditHold: topic('cashloop.credit-hold.v1', 8, {
    credit_hold_placed: CreditHoldStateSchema,
    credit_hold_changed: CreditHoldStateSchema,
    credit_hold_released: CreditHoldStateSchema,
  }),
  ops: topic('cashloop.ops.v1', 1, { operator_action_recorded: OperatorActionStateSchema }),
} as const;
