/** An invoice that payment rows of the same file may name. Minor units. */
export interface OpenInvoice {
  key: string;
  currency: string;
  gross: bigint;
  paid: bigint;
}

/** Invoices by customer and number, kept only for files whose payments are rows of their own. */
export class InvoiceIndex {
  readonly #invoices = new Map<string, OpenInvoice>();
  /** A second invoice of that number: payments go to the first. */
  readonly #others: OpenInvoice[] = [];

  add(customerKey: string, number: string, invoice: OpenInvoice): void {
    const name = `${customerKey}|${number}`;
    if (!this.#invoices.has(name)) this.#invoices.set(name, invoice);
    else this.#others.push(invoice);
  }

  find(customerKey: string, number: string): OpenInvoice | undefined {
    return this.#invoices.get(`${customerKey}|${number}`);
  }

  *all(): Generator<OpenInvoice> {
    yield* this.#invoices.values();
    yield* this.#others;
  }
}

/** How much of a payment an invoice still takes. */
export function takes(invoice: OpenInvoice, minor: bigint): bigint {
  const room = invoice.gross - invoice.paid;
  return room <= 0n ? 0n : room < minor ? room : minor;
}
