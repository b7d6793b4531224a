import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { TransactionRunner, type Tx } from '@cashloop/persistence';
import {
  ACCESS_TOKEN_S,
  CODE_S,
  graceEnd,
  GRANT_S,
  plusSeconds,
  REFRESH_TOKEN_S,
  refreshWith,
} from '../domain/tokens.ts';
import { CompanyStore } from '../stores/company.store.ts';
import { SandboxClock } from '../stores/sandbox-clock.store.ts';
import { type StoredToken, TokenStore } from '../stores/token.store.ts';

/** What the token endpoint answers. */
export interface TokenReply {
  token_type: 'bearer';
  access_token: string;
  expires_in: number;
  refresh_token: string;
  x_refresh_token_expires_in: number;
  x_refresh_token_hard_expires_in: number;
}

/** Codes and tokens of the one registered app. */
@Injectable()
export class DoGrantAccess {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly tokens: TokenStore,
    private readonly companies: CompanyStore,
    private readonly clock: SandboxClock,
  ) {}

  /** An authorization code for a company; undefined when there is no such company. */
  async consent(realmId: string, redirectUri: string | null): Promise<string | undefined> {
    const code = `AB11${randomBytes(24).toString('base64url')}`;
    return this.runner.run([], async (tx) => {
      if ((await this.companies.find(tx, realmId)) === undefined) return undefined;
      await this.tokens.addCode(tx, code, { realmId, redirectUri, expiresAt: plusSeconds(this.clock.now(), CODE_S) });
      return code;
    });
  }

  /** Undefined when the code is used up, expired or made for another address. */
  async exchange(code: string, redirectUri: string | undefined): Promise<TokenReply | undefined> {
    return this.runner.run([], async (tx) => {
      const found = await this.tokens.takeCode(tx, code);
      const now = this.clock.now();
      if (found === undefined || found.expiresAt <= now) return undefined;
      if (found.redirectUri !== null && found.redirectUri !== redirectUri) return undefined;
      const grant = { grantId: randomUUID(), realmId: found.realmId, grantedAt: now };
      return this.#reply(tx, await this.#issueRefresh(tx, grant, now), now);
    });
  }

  /** Undefined when the token is unknown, expired or revoked. */
  async refresh(refreshToken: string): Promise<TokenReply | undefined> {
    return this.runner.run([], async (tx) => {
      const found = await this.tokens.find(tx, refreshToken);
      const now = this.clock.now();
      if (found?.kind !== 'refresh' || refreshWith(found, now) === 'invalid') return undefined;
      const current = await this.tokens.currentRefresh(tx, found.grantId);
      if (current === undefined) return undefined;
      if (refreshWith(current, now) !== 'rotate') {
        await this.tokens.extend(tx, current.token, plusSeconds(now, REFRESH_TOKEN_S));
        return this.#reply(tx, current, now);
      }
      await this.tokens.replace(tx, current.token, graceEnd(current, now));
      return this.#reply(tx, await this.#issueRefresh(tx, current, now), now);
    });
  }

  /** False when there is no such token. */
  async revoke(token: string): Promise<boolean> {
    return this.runner.run([], async (tx) => {
      const found = await this.tokens.find(tx, token);
      if (found !== undefined) await this.tokens.removeGrant(tx, found.grantId);
      return found !== undefined;
    });
  }

  /** The company an access token opens; undefined when it opens none. */
  async realmOf(accessToken: string): Promise<string | undefined> {
    const found = await this.runner.read([], (tx) => this.tokens.find(tx, accessToken));
    return found?.kind === 'access' && found.expiresAt > this.clock.now() ? found.realmId : undefined;
  }

  async #issueRefresh(
    tx: Tx,
    grant: Pick<StoredToken, 'grantId' | 'realmId' | 'grantedAt'>,
    now: Date,
  ): Promise<StoredToken> {
    const token: StoredToken = {
      token: `RT1-${randomBytes(24).toString('hex')}`,
      grantId: grant.grantId,
      realmId: grant.realmId,
      grantedAt: grant.grantedAt,
      kind: 'refresh',
      issuedAt: now,
      expiresAt: plusSeconds(now, REFRESH_TOKEN_S),
      replaced: false,
    };
    await this.tokens.add(tx, token);
    return token;
  }

  async #reply(tx: Tx, refresh: StoredToken, now: Date): Promise<TokenReply> {
    const access = `eyJlbmMiOiJzYW5kYm94In0.${randomBytes(32).toString('base64url')}`;
    const expiresAt = plusSeconds(now, ACCESS_TOKEN_S);
    await this.tokens.add(tx, { ...refresh, token: access, kind: 'access', issuedAt: now, expiresAt, replaced: false });
    return {
      token_type: 'bearer',
      access_token: access,
      expires_in: ACCESS_TOKEN_S,
      refresh_token: refresh.token,
      x_refresh_token_expires_in: REFRESH_TOKEN_S,
      x_refresh_token_hard_expires_in: Math.floor(
        (plusSeconds(refresh.grantedAt, GRANT_S).getTime() - now.getTime()) / 1000,
      ),
    };
  }
}
