import { connectCompany, logIn } from '../../local/sample.ts';
import { callJson, RequestRefused, type Request } from '../../local/http-json.ts';
import type { LocalStack } from './stack.ts';

/** A company as GET /qbo/status shows it. */
export interface CompanyStatus {
  realm_id: string;
  company_name: string;
  state: 'importing' | 'live' | 'needs_reconsent' | 'error';
  import: { customers: number; invoices: number; payments: number; credit_memos: number; parked: number };
  last_error: string | null;
}

/** One currency of GET /credit/totals. Amounts are decimal texts. */
export interface CreditTotals {
  currency: string;
  invoices: number;
  paid_invoices: number;
  open_balance: string;
  payments: number;
  unapplied_cash: string;
  credit_notes: number;
  unapplied_credit: string;
}

export interface GatewayCustomer {
  id: number;
  name: string;
  currency: string;
  /** The same party in other currencies. */
  other_currencies: { id: number; currency: string }[];
  links: { system: string; company: string; external_id: string }[];
}

/** The gateway, as the local administrator. */
export class Gateway {
  readonly #stack: LocalStack;
  #token: string | undefined;

  constructor(stack: LocalStack) {
    this.#stack = stack;
  }

  /** Asks; signs in first, and again when the token has run out. */
  async #ask<T>(path: string, request: Request = {}): Promise<T> {
    this.#token ??= await logIn(this.#stack);
    const url = `${this.#stack.gateway}${path}`;
    try {
      return await callJson<T>(url, { ...request, token: this.#token });
    } catch (error) {
      if (!(error instanceof RequestRefused) || error.status !== 401) throw error;
      this.#token = await logIn(this.#stack);
      return callJson<T>(url, { ...request, token: this.#token });
    }
  }

  async company(realm: string): Promise<CompanyStatus | undefined> {
    const { companies } = await this.#ask<{ companies: CompanyStatus[] }>('/qbo/status');
    return companies.find((company) => company.realm_id === realm);
  }

  /** Walks the consent of a company, as a person would in the browser. */
  async connect(realm: string): Promise<void> {
    this.#token ??= await logIn(this.#stack);
    const { stateFolder, customers } = { stateFolder: '', customers: 0 };
    await connectCompany({ ...this.#stack, stateFolder, customers }, this.#token, realm);
  }

  /** Has the change feed read now: bulk rows announce nothing by webhook. */
  async sweep(): Promise<void> {
    await this.#ask('/qbo/sync/invoice/poll_all', { method: 'POST' });
  }

  async totals(realm: string): Promise<CreditTotals[]> {
    const { items } = await this.#ask<{ items: CreditTotals[] }>(
      `/credit/totals?system=quickbooks&company=${encodeURIComponent(realm)}`,
    );
    return items;
  }

  /** All customers of a company, page by page. */
  async *customers(realm: string): AsyncGenerator<GatewayCustomer> {
    let cursor: string | null = null;
    do {
      const query = `system=quickbooks&company=${encodeURIComponent(realm)}&limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const page: { items: GatewayCustomer[]; next_cursor: string | null } = await this.#ask(`/customers?${query}`);
      yield* page.items;
      cursor = page.next_cursor ?? null;
    } while (cursor !== null);
  }

  /** Says that a customer is another one in another currency. */
  async linkCurrency(id: number, otherCurrencyOf: number): Promise<void> {
    await this.#ask(`/customers/${id}`, { method: 'PATCH', body: { other_currency_of: otherCurrencyOf } });
  }

  async setLimits(items: { client_id: number; limit: string; reason: string }[]): Promise<void> {
    await this.#ask('/credit/limits', { method: 'PUT', body: { items }, limitMs: 120_000 });
  }
}
