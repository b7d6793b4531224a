import type { System } from './system.ts';

type Json = Record<string, unknown>;

/** Calls one HTTP interface and reads its JSON; a reply that is not 2xx is an error with its body. */
export async function call(url: string, token: string, method = 'GET', body?: unknown): Promise<Json> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as Json;
}

/** The credit manager: works through the gateway. */
export class Manager {
  readonly token: string;
  private readonly system: System;

  private constructor(system: System, token: string) {
    this.system = system;
    this.token = token;
  }

  static async login(system: System): Promise<Manager> {
    const response = await fetch(`${system.gatewayUrl}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(system.status().credentials),
    });
    const { access_token } = (await response.json()) as { access_token: string };
    return new Manager(system, access_token);
  }

  get(path: string): Promise<Json> {
    return call(this.system.gatewayUrl + path, this.token);
  }

  send(method: string, path: string, body: unknown = {}): Promise<Json> {
    return call(this.system.gatewayUrl + path, this.token, method, body);
  }

  /** Connects a company of the stand-in by the OAuth flow, as the page would. */
  async connect(realmId: string): Promise<void> {
    const start = await this.get('/qbo/oauth/start');
    const state = new URL(start.authorize_url as string).searchParams.get('state')!;
    const admin = this.system.serviceEnv('sandbox').SANDBOX_ADMIN_TOKEN!;
    const { code } = await call(`${this.system.sandboxUrl}/admin/companies/${realmId}/consent`, admin, 'POST', {});
    const query = new URLSearchParams({ code: code as string, state, realmId });
    const response = await fetch(`${this.system.gatewayUrl}/qbo/oauth/callback?${query}`, { redirect: 'manual' });
    if (response.status >= 400) throw new Error(`callback: ${response.status} ${await response.text()}`);
  }
}

/** A bookkeeper: works in QuickBooks, knows nothing of us. */
export class Bookkeeper {
  readonly realmId: string;
  private readonly system: System;
  private token = '';

  private constructor(system: System, realmId: string) {
    this.system = system;
    this.realmId = realmId;
  }

  /** Opens a new company in the stand-in. */
  static async open(system: System, name: string): Promise<Bookkeeper> {
    const env = system.serviceEnv('sandbox');
    const { realm_id } = await call(`${system.sandboxUrl}/admin/companies`, env.SANDBOX_ADMIN_TOKEN!, 'POST', {
      name,
      currency: 'USD',
    });
    const bookkeeper = new Bookkeeper(system, String(realm_id));
    await bookkeeper.signIn();
    return bookkeeper;
  }

  private async signIn(): Promise<void> {
    const env = this.system.serviceEnv('sandbox');
    const qbo = this.system.serviceEnv('quickbooks-sync');
    const { code } = await call(
      `${this.system.sandboxUrl}/admin/companies/${this.realmId}/consent`,
      env.SANDBOX_ADMIN_TOKEN!,
      'POST',
      {},
    );
    const basic = Buffer.from(`${env.SANDBOX_CLIENT_ID}:${env.SANDBOX_CLIENT_SECRET}`).toString('base64');
    const response = await fetch(qbo.QBO_OAUTH_TOKEN_URL!, {
      method: 'POST',
      headers: {
        authorization: `Basic ${basic}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: code as string,
        redirect_uri: qbo.QBO_REDIRECT_URI!,
      }),
    });
    this.token = ((await response.json()) as { access_token: string }).access_token;
  }

  private async post(entity: string, body: unknown): Promise<Json> {
    const reply = await call(
      `${this.system.sandboxUrl}/v3/company/${this.realmId}/${entity.toLowerCase()}?minorversion=75`,
      this.token,
      'POST',
      body,
    );
    return reply[entity] as Json;
  }

  async customer(name: string): Promise<string> {
    return (await this.post('Customer', { DisplayName: name })).Id as string;
  }

  async invoice(customerId: string, amount: number): Promise<string> {
    const line = {
      Amount: amount,
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: { ItemRef: { value: '1' } },
    };
    return (await this.post('Invoice', { CustomerRef: { value: customerId }, Line: [line] })).Id as string;
  }

  async payment(customerId: string, invoiceId: string, amount: number): Promise<string> {
    const line = { Amount: amount, LinkedTxn: [{ TxnId: invoiceId, TxnType: 'Invoice' }] };
    return (await this.post('Payment', { CustomerRef: { value: customerId }, TotalAmt: amount, Line: [line] }))
      .Id as string;
  }

  /** The next webhooks of this company never arrive. */
  async loseWebhooks(times: number): Promise<void> {
    const admin = this.system.serviceEnv('sandbox').SANDBOX_ADMIN_TOKEN!;
    await call(`${this.system.sandboxUrl}/admin/faults`, admin, 'POST', {
      realm: this.realmId,
      kind: 'lose_webhooks',
      times,
    });
  }

  async deliverWebhooksAgain(): Promise<void> {
    const admin = this.system.serviceEnv('sandbox').SANDBOX_ADMIN_TOKEN!;
    await call(`${this.system.sandboxUrl}/admin/faults`, admin, 'DELETE');
  }
}
