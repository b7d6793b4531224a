import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Row = Record<string, unknown> & { Id: string; CustomerRef?: { value: string } };
type Entity = 'Customer' | 'Invoice' | 'Payment' | 'CreditMemo';

const LOOK_BACK_MS = 30 * 86_400_000;
const NOT_IN_REACH = { Fault: { Error: [{ Message: 'Invalid query', Detail: 'changedSince', code: '4001' }] } };

/**
 * Just enough of QuickBooks for tests of the handlers: rows are put as they shall be shown. Its own behaviour (balances,
 * links, faults) is the sandbox's business; the contract spec runs against that.
 */
export class FakeQuickBooks {
  readonly realmId = String(Date.now()) + String(Math.floor(Math.random() * 1e6));
  readonly verifierToken = 'verifier';
  /** Statements and paths asked, in order. */
  readonly asked: string[] = [];
  /** Calls that shall fail: the next answers are these. */
  readonly faults: { status: number; body: object }[] = [];
  /**
   * How many more answers to saves of customers, to look-ups of a name and to look-ups of a customer whose update is
   * unclear get lost; what was asked is done.
   */
  losesAnswers = 0;
  /** Saves of customers wait for it, before anything is done. */
  savesWaitFor: Promise<unknown> = Promise.resolve();
  /** Request ids of the creates that came, in order, and the ids of the customers they made. */
  readonly createKeys: string[] = [];
  readonly made: string[] = [];
  /** The same of updates, in order. */
  readonly updateKeys: string[] = [];
  readonly updated: string[] = [];
  /** Saves under this name fail, and say no more. */
  chokesOn: string | undefined;
  feedIsDown = false;
  feedMax = 1_000;
  /** How far its clock is ahead of ours. */
  aheadMs = 0;
  tokensGiven = 0;
  refuseRefresh = false;
  url = '';
  #server: Server | undefined;
  #rows: Record<Entity, Map<string, Row>> = {
    Customer: new Map(),
    Invoice: new Map(),
    Payment: new Map(),
    CreditMemo: new Map(),
  };
  #changes: { entity: Entity; id: string; atMs: number; deleted: boolean }[] = [];
  #firstAnswers = new Map<string, [number, object]>();
  #validToken = '';
  /** Customers of updates whose answers got lost. */
  #unclear = new Set<string>();

  async start(): Promise<this> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server!.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** Adds or replaces a row; its SyncToken goes up by one. */
  put(entity: Entity, row: Row): void {
    const before = this.#rows[entity].get(row.Id);
    const SyncToken = String(before === undefined ? 0 : Number(before['SyncToken']) + 1);
    this.#rows[entity].set(row.Id, {
      SyncToken,
      MetaData: { LastUpdatedTime: this.#now().toISOString() },
      TxnDate: '2026-11-02',
      ...row,
    });
    this.#changes.push({ entity, id: row.Id, atMs: this.#now().getTime(), deleted: false });
  }

  /** Changes a row as if by something else: its SyncToken stands, and the change feed does not show it. */
  alter(entity: Entity, id: string, change: object): void {
    this.#rows[entity].set(id, { ...this.#rows[entity].get(id)!, ...change });
  }

  remove(entity: Entity, id: string): void {
    this.#rows[entity].delete(id);
    this.#changes.push({ entity, id, atMs: this.#now().getTime(), deleted: true });
  }

  /** Of the customer of this name. */
  idOf(displayName: string): string | undefined {
    return [...this.#rows.Customer.values()].find((row) => row['DisplayName'] === displayName)?.Id;
  }

  /** As if everything so far had happened long ago. */
  forgetChanges(): void {
    this.#changes = [];
  }

  /** A signed CloudEvents webhook about these. */
  webhook(...items: [entity: string, id: string][]): { body: string; headers: Record<string, string> } {
    const body = JSON.stringify(
      items.map(([entity, id]) => ({
        specversion: '1.0',
        id: randomUUID(),
        source: 'intuit.test',
        type: `qbo.${entity.toLowerCase()}.updated.v1`,
        time: new Date().toISOString(),
        intuitentityid: id,
        intuitaccountid: this.realmId,
        data: {},
      })),
    );
    const signature = createHmac('sha256', this.verifierToken).update(body).digest('base64');
    return { body, headers: { 'content-type': 'application/json', 'intuit-signature': signature } };
  }

  /** Access tokens given so far are refused from now on. */
  expireTokens(): void {
    this.#validToken = 'expired';
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const url = new URL(request.url!, this.url);
    const saves = url.pathname.endsWith('/customer');
    const saved = saves ? (JSON.parse(body) as Partial<Row>).Id : undefined;
    if (saves) (saved === undefined ? this.createKeys : this.updateKeys).push(url.searchParams.get('requestid') ?? '');
    if (saves) await this.savesWaitFor;
    const [status, reply] = this.#reply(url, body, request);
    if (this.losesAnswers > 0 && (saves || this.#looksUp(body))) {
      this.losesAnswers--;
      if (saved !== undefined) this.#unclear.add(saved);
      return void request.socket.destroy();
    }
    response.writeHead(status, { 'content-type': 'application/json', intuit_tid: randomUUID() });
    response.end(JSON.stringify(reply));
  }

  #reply(url: URL, body: string, request: IncomingMessage): [number, object] {
    if (url.pathname === '/token') return this.#token();
    const fault = this.faults.shift();
    if (fault !== undefined) return [fault.status, fault.body];
    if (request.headers.authorization !== `Bearer ${this.#validToken}`) {
      return [401, { fault: { error: [{ message: 'AuthenticationFailed', detail: 'Token expired', code: '3200' }] } }];
    }
    const time = this.#now().toISOString();
    const call = url.pathname.split('/').at(-1)!;
    this.asked.push(call === 'query' ? body : `${call} ${url.searchParams.get('entities') ?? ''}`.trim());
    if (call === 'query') return [200, { QueryResponse: this.#query(body), time }];
    if (call === 'cdc' && this.feedIsDown) return [500, {}];
    if (call === 'cdc' && !this.#reachesBack(url.searchParams)) return [400, NOT_IN_REACH];
    if (call === 'cdc') return [200, { CDCResponse: [{ QueryResponse: this.#feed(url.searchParams) }], time }];
    if (call === 'preferences')
      return [200, { Preferences: { CurrencyPrefs: { HomeCurrency: { value: 'USD' } } }, time }];
    if (call === 'customer')
      return this.#once(url.searchParams.get('requestid'), () => this.#saveCustomer(JSON.parse(body) as Row, time));
    return [200, { CompanyInfo: { CompanyName: 'Fake Company' }, time }];
  }

  #now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  #reachesBack(params: URLSearchParams): boolean {
    return this.#now().getTime() - new Date(params.get('changedSince')!).getTime() <= LOOK_BACK_MS;
  }

  #token(): [number, object] {
    if (this.refuseRefresh) return [400, { error: 'invalid_grant', error_description: 'Token invalid' }];
    this.#validToken = `access-${++this.tokensGiven}`;
    const tokens = {
      access_token: this.#validToken,
      refresh_token: `refresh-${this.tokensGiven}`,
      token_type: 'bearer',
    };
    return [200, { ...tokens, expires_in: 3600, x_refresh_token_expires_in: 8726400 }];
  }

  #query(statement: string): object {
    const entity = /FROM (\w+)/.exec(statement)![1] as Entity;
    let rows = [...this.#rows[entity].values()].sort((a, b) => Number(a.Id) - Number(b.Id));
    const ids = /Id IN \(([^)]*)\)/.exec(statement)?.[1];
    const since = /LastUpdatedTime >= '([^']+)'/.exec(statement)?.[1];
    const name = /DisplayName = '([^']+)'/.exec(statement)?.[1];
    if (ids !== undefined) rows = rows.filter((row) => ids.includes(`'${row.Id}'`));
    if (since !== undefined)
      rows = rows.filter((row) => (row['MetaData'] as { LastUpdatedTime: string }).LastUpdatedTime >= since);
    if (name !== undefined) rows = rows.filter((row) => row['DisplayName'] === name);
    if (statement.includes('COUNT(*)')) return { totalCount: rows.length };
    const start = Number(/STARTPOSITION (\d+)/.exec(statement)?.[1] ?? 1);
    const size = Number(/MAXRESULTS (\d+)/.exec(statement)?.[1] ?? 100);
    return rows.length === 0 ? {} : { [entity]: rows.slice(start - 1, start - 1 + size) };
  }

  #feed(params: URLSearchParams): object[] {
    const sinceMs = new Date(params.get('changedSince')!).getTime();
    const entities = params.get('entities')!.split(',') as Entity[];
    let left = this.feedMax;
    return entities.map((entity) => {
      const newest = new Map(
        this.#changes.filter((c) => c.entity === entity && c.atMs >= sinceMs).map((c) => [c.id, c]),
      );
      const changed = [...newest.values()].slice(0, left);
      left -= changed.length;
      const gone = (id: string, atMs: number) => ({
        Id: id,
        status: 'Deleted',
        MetaData: { LastUpdatedTime: new Date(atMs).toISOString() },
      });
      return { [entity]: changed.map((c) => (c.deleted ? gone(c.id, c.atMs) : this.#rows[entity].get(c.id))) };
    });
  }

  #looksUp(body: string): boolean {
    return body.includes('DisplayName =') || [...this.#unclear].some((id) => body.includes(`Id IN ('${id}')`));
  }

  /** As Intuit: a repeated request id gets the first answer again, also a refusal, and nothing is done twice. */
  #once(requestId: string | null, act: () => [number, object]): [number, object] {
    const before = requestId === null ? undefined : this.#firstAnswers.get(requestId);
    const answer = before ?? act();
    if (requestId !== null) this.#firstAnswers.set(requestId, answer);
    return answer;
  }

  #saveCustomer(row: Row, time: string): [number, object] {
    if (this.chokesOn !== undefined && row['DisplayName'] === this.chokesOn) return [400, {}];
    const taken = [...this.#rows.Customer.values()].some(
      (one) => one['DisplayName'] === row['DisplayName'] && one.Id !== row.Id,
    );
    if (taken)
      return [400, { Fault: { Error: [{ Message: 'Duplicate Name Exists Error', Detail: '', code: '6240' }] } }];
    const before = row.Id === undefined ? undefined : this.#rows.Customer.get(row.Id);
    if (before !== undefined && before['SyncToken'] !== row['SyncToken'])
      return [400, { Fault: { Error: [{ Message: 'Stale Object Error', Detail: '', code: '5010' }] } }];
    const id = row.Id ?? String(9000 + this.#rows.Customer.size);
    (row.Id === undefined ? this.made : this.updated).push(id);
    this.put('Customer', {
      ...before,
      ...row,
      Id: id,
      SyncToken: String(Number(row['SyncToken'] ?? -1) + 1),
    });
    return [200, { Customer: this.#rows.Customer.get(id), time }];
  }
}
