import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { RefreshToken } from '../domain/tokens.ts';

export interface StoredCode {
  realmId: string;
  redirectUri: string | null;
  expiresAt: Date;
}

export interface StoredToken extends RefreshToken {
  token: string;
  grantId: string;
  realmId: string;
  kind: 'access' | 'refresh';
}

interface TokenRow {
  token: string;
  grant_id: string;
  realm_id: string;
  kind: 'access' | 'refresh';
  granted_at: Date;
  issued_at: Date;
  expires_at: Date;
  replaced: boolean;
}

const toToken = (row: TokenRow): StoredToken => ({
  token: row.token,
  grantId: row.grant_id,
  realmId: row.realm_id,
  kind: row.kind,
  grantedAt: row.granted_at,
  issuedAt: row.issued_at,
  expiresAt: row.expires_at,
  replaced: row.replaced,
});

@Injectable()
export class TokenStore {
  async addCode(tx: Tx, code: string, { realmId, redirectUri, expiresAt }: StoredCode): Promise<void> {
    await tx.query('insert into oauth_code (code, realm_id, redirect_uri, expires_at) values ($1, $2, $3, $4)', [
      code,
      realmId,
      redirectUri,
      expiresAt,
    ]);
  }

  /** A code works once: it is gone afterwards. */
  async takeCode(tx: Tx, code: string): Promise<StoredCode | undefined> {
    const [row] = await tx.query<{ realm_id: string; redirect_uri: string | null; expires_at: Date }>(
      'delete from oauth_code where code = $1 returning realm_id, redirect_uri, expires_at',
      [code],
    );
    return row && { realmId: row.realm_id, redirectUri: row.redirect_uri, expiresAt: row.expires_at };
  }

  async add(tx: Tx, token: StoredToken): Promise<void> {
    await tx.query(
      `insert into oauth_token (token, grant_id, realm_id, kind, granted_at, issued_at, expires_at, replaced)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        token.token,
        token.grantId,
        token.realmId,
        token.kind,
        token.grantedAt,
        token.issuedAt,
        token.expiresAt,
        token.replaced,
      ],
    );
  }

  async find(tx: Tx, token: string): Promise<StoredToken | undefined> {
    const [row] = await tx.query<TokenRow>('select * from oauth_token where token = $1', [token]);
    return row && toToken(row);
  }

  /** The refresh token that has not been replaced; locked, so that two refreshes do not both replace it. */
  async currentRefresh(tx: Tx, grantId: string): Promise<StoredToken | undefined> {
    const [row] = await tx.query<TokenRow>(
      `select * from oauth_token where grant_id = $1 and kind = 'refresh' and not replaced for update`,
      [grantId],
    );
    return row && toToken(row);
  }

  async replace(tx: Tx, token: string, expiresAt: Date): Promise<void> {
    await tx.query('update oauth_token set replaced = true, expires_at = $2 where token = $1', [token, expiresAt]);
  }

  async extend(tx: Tx, token: string, expiresAt: Date): Promise<void> {
    await tx.query('update oauth_token set expires_at = $2 where token = $1', [token, expiresAt]);
  }

  /** Revoking one token ends the whole grant. */
  async removeGrant(tx: Tx, grantId: string): Promise<void> {
    await tx.query('delete from oauth_token where grant_id = $1', [grantId]);
  }

  async hasGrant(tx: Tx, realmId: string): Promise<boolean> {
    const [row] = await tx.query(`select 1 from oauth_token where realm_id = $1 and kind = 'refresh' limit 1`, [
      realmId,
    ]);
    return row !== undefined;
  }

  async removeExpired(tx: Tx, before: Date): Promise<void> {
    await tx.query('delete from oauth_token where expires_at < $1', [before]);
    await tx.query('delete from oauth_code where expires_at < $1', [before]);
  }
}
