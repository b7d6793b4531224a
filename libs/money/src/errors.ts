/** A text that is not an amount, or an amount a currency cannot hold. */
export class MoneyError extends Error {
  override readonly name: string = 'MoneyError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A code that is not in the ISO 4217 table. */
export class UnknownCurrency extends MoneyError {
  override readonly name = 'UnknownCurrency';

  constructor(readonly currency: string) {
    super('money.unknown_currency', `currency ${currency.slice(0, 20)} is not in the ISO 4217 table`);
  }
}
