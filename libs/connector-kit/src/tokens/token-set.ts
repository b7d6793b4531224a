/** Which outside company a token is for. */
export interface TokenOwner {
  orgId: string;
  /** quickbooks, xero, netsuite */
  system: string;
  company: string;
}

/** Tokens as an OAuth 2 server gave them. */
export interface TokenSet {
  accessToken: string;
  refreshToken: string;
  accessExpiresAt: Date;
  /** When the refresh token ends unless it is used before; null when the server does not say. */
  refreshExpiresAt: Date | null;
  /** When even a used refresh token ends and a person must consent again; null when the server does not say. */
  hardExpiresAt: Date | null;
}

/** There is no token for this company: it was never connected, or its grant ended. */
export class NoToken extends Error {
  override readonly name = 'NoToken';
  readonly code = 'connector.no_token';

  constructor(readonly owner: TokenOwner) {
    super(`there is no ${owner.system} token for company ${owner.company}: connect it again`);
  }
}
