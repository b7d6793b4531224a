/** A company of the stand-in: one realm. */
export interface Company {
  realmId: string;
  name: string;
  homeCurrency: string;
  /** IANA name; dates are this company's, timestamps carry its offset. */
  timeZone: string;
  /** Whether a voided or deleted invoice moves SyncToken and LastUpdatedTime of the payment it frees. */
  freedPaymentMoves: boolean;
  /** Whether a document number may be used once only (6140). */
  uniqueDocNumbers: boolean;
  /** Whether changes are announced. */
  webhooks: boolean;
  createdAt: Date;
}
