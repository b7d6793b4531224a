import { Injectable } from '@nestjs/common';
import { TokenStore } from '@cashloop/connector-kit';
import { TransactionRunner } from '@cashloop/persistence';
import { ProblemError } from '@cashloop/service-shell';
import { QuickBooksClient } from '../connectors/quickbooks/quickbooks.client.ts';
import { QboFault, ReconsentNeeded } from '../connectors/quickbooks/quickbooks.faults.ts';
import { child, ref, text } from '../connectors/quickbooks/quickbooks.json.ts';
import { QuickBooksOAuth } from '../connectors/quickbooks/quickbooks.oauth.ts';
import { ownerOf } from '../connectors/quickbooks/quickbooks.tokens.ts';
import { ConnectionStore } from '../stores/connection.store.ts';
import { OAuthStateStore, orgOfState } from '../stores/oauth-state.store.ts';
import { OrgStore } from '../stores/org.store.ts';
import { PollChanges } from './poll-changes.ts';
import { PollImport } from './poll-import.ts';

/** What the callback of a consent page brings. */
export interface Grant {
  state: string;
  code: string;
  realmId: string;
}

/** Takes up the grant of a person who consented: tokens, connection, first import at once. */
@Injectable()
export class PollGrant {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly states: OAuthStateStore,
    private readonly connections: ConnectionStore,
    private readonly orgs: OrgStore,
    private readonly tokens: TokenStore,
    private readonly oauth: QuickBooksOAuth,
    private readonly client: QuickBooksClient,
    private readonly imports: PollImport,
    private readonly changes: PollChanges,
  ) {}

  /** @returns the company that is connected now */
  async take({ state, code, realmId }: Grant): Promise<{ orgId: string; company: string; companyName: string }> {
    const orgId = orgOfState(state);
    const good =
      orgId !== null && (await this.runner.run([orgId], (tx) => this.states.use(tx, orgId, state, new Date())));
    if (!good) {
      throw new ProblemError({
        status: 400,
        code: 'qbo.bad_state',
        detail: 'this authorization was not begun here, is used up or too old; begin again at /qbo/oauth/start',
      });
    }
    await this.#storeTokens(orgId, realmId, code);
    const companyName = await this.#connect(orgId, realmId);
    void this.imports
      .wake({ orgId, company: realmId })
      .then(() => this.changes.run({ now: new Date() }).catch(() => undefined));
    return { orgId, company: realmId, companyName };
  }

  async #storeTokens(orgId: string, company: string, code: string): Promise<void> {
    const tokens = await this.oauth.exchange(code, company).catch((error: unknown) => {
      if (!(error instanceof ReconsentNeeded)) throw error;
      throw new ProblemError({
        status: 400,
        code: 'qbo.bad_code',
        detail: `${error.message}; begin again at /qbo/oauth/start`,
      });
    });
    await this.runner.run([orgId], async (tx) => {
      if (!(await this.connections.claimRoute(tx, orgId, company))) {
        throw ProblemError.conflict(
          'qbo.company_taken',
          `QuickBooks company ${company} is connected to another organisation`,
        );
      }
      await this.tokens.save(tx, ownerOf({ orgId, realmId: company }), tokens);
    });
  }

  async #connect(orgId: string, company: string): Promise<string> {
    const asked = { orgId, realmId: company };
    const { info, time } = await this.client.companyInfo(asked);
    const home = await this.#homeCurrency(asked);
    const companyName = text(info, 'CompanyName') || company;
    await this.runner.run([orgId], async (tx) => {
      if ((await this.connections.lock(tx, orgId, company)) !== undefined) {
        return this.connections.resume(tx, orgId, company, companyName);
      }
      const homeCurrency = home || (await this.orgs.baseCurrency(tx, orgId));
      const fields = { orgId, company, companyName, homeCurrency, asOf: new Date(time), now: new Date() };
      return this.connections.create(tx, fields);
    });
    return companyName;
  }

  /** Empty when QuickBooks does not say: a company of one currency. */
  async #homeCurrency(asked: { orgId: string; realmId: string }): Promise<string> {
    try {
      return ref(child(await this.client.preferences(asked), 'CurrencyPrefs'), 'HomeCurrency');
    } catch (error) {
      if (error instanceof QboFault && (error.kind === 'invalid' || error.kind === 'not_found')) return '';
      throw error;
    }
  }
}
