import {
  ArAdjustmentState_State,
  CreditNoteState_State,
  InvoiceState_State,
  PaymentState_State,
  type ArAdjustmentState,
  type CreditNoteState,
  type InvoiceState,
  type PaymentState,
} from '@cashloop/events';
import type { OpenAmount } from './exposure.ts';

export type DocumentKind = 'invoice' | 'payment' | 'credit_note' | 'ar_adjustment';
export type DocumentMessage = InvoiceState | PaymentState | CreditNoteState | ArAdjustmentState;

/** What deciding needs of a document. */
export interface DocumentFigures extends OpenAmount {
  readonly version: number;
  readonly customerId: string;
  /** Deleted in the accounting system: later news of it is ignored. */
  readonly final: boolean;
}

/** A document as an event brought it. */
export interface Document extends DocumentFigures {
  readonly kind: DocumentKind;
  readonly id: string;
  readonly orgId: string;
  readonly message: DocumentMessage;
}

export const documentKey = (document: { orgId: string; kind: DocumentKind; id: string }): string =>
  `${document.orgId}:${document.kind}:${document.id}`;

type Closed = 'open' | 'closed' | 'final';

/** Reads a document event. Voided, deleted and moved-away documents owe nothing. */
export function documentOf(orgId: string, message: DocumentMessage): Document {
  switch (message.$typeName) {
    case 'cashloop.receivable.v1.InvoiceState':
      return read('invoice', orgId, message.invoiceId, message, BigInt(message.balanceMinor), invoiceIs(message));
    case 'cashloop.receivable.v1.PaymentState':
      return read('payment', orgId, message.paymentId, message, -BigInt(message.unappliedMinor), paymentIs(message));
    case 'cashloop.receivable.v1.CreditNoteState':
      return read(
        'credit_note',
        orgId,
        message.creditNoteId,
        message,
        -BigInt(message.unappliedMinor),
        noteIs(message),
      );
    case 'cashloop.receivable.v1.ArAdjustmentState':
      return read(
        'ar_adjustment',
        orgId,
        message.adjustmentId,
        message,
        BigInt(message.amountMinor),
        adjustmentIs(message),
      );
  }
}

function read(
  kind: DocumentKind,
  orgId: string,
  id: string,
  message: DocumentMessage,
  owedMinor: bigint,
  closed: Closed,
): Document {
  return {
    kind,
    // As Postgres writes a uuid.
    id: id.toLowerCase(),
    orgId,
    message,
    version: message.version,
    customerId: message.customerId,
    currency: message.currency,
    exchangeRate: 'exchangeRate' in message ? message.exchangeRate : '',
    owedMinor: closed === 'open' ? owedMinor : 0n,
    final: closed === 'final',
  };
}

function invoiceIs(message: InvoiceState): Closed {
  if (message.state === InvoiceState_State.DELETED) return 'final';
  return message.state === InvoiceState_State.VOIDED || message.movedToCustomerId !== '' ? 'closed' : 'open';
}

function paymentIs(message: PaymentState): Closed {
  if (message.state === PaymentState_State.DELETED) return 'final';
  return message.state === PaymentState_State.VOIDED || message.movedToCustomerId !== '' ? 'closed' : 'open';
}

function noteIs(message: CreditNoteState): Closed {
  if (message.state === CreditNoteState_State.DELETED) return 'final';
  return message.state === CreditNoteState_State.VOIDED || message.movedToCustomerId !== '' ? 'closed' : 'open';
}

/** A removed adjustment may be recorded again: the accounting line can come back under its document. */
const adjustmentIs = (message: ArAdjustmentState): Closed =>
  message.state === ArAdjustmentState_State.REMOVED ? 'closed' : 'open';
