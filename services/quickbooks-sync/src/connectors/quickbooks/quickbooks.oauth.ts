import OAuthClient from 'intuit-oauth';
import type { TokenSet } from '@cashloop/connector-kit';
import { QboFault, ReconsentNeeded } from './quickbooks.faults.ts';

/** The app as registered with Intuit, and where its OAuth server is. */
export interface OAuthSettings {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  authorizeUrl: string;
  tokenUrl: string;
  revokeUrl: string;
}

const TIMEOUT_MS = 15_000;

/** Intuit's OAuth 2 server, through Intuit's own client. */
export class QuickBooksOAuth {
  readonly #settings: OAuthSettings;

  constructor(settings: OAuthSettings) {
    this.#settings = settings;
    // The client keeps its addresses per process, not per instance.
    OAuthClient.authorizeEndpoint = settings.authorizeUrl;
    OAuthClient.tokenEndpoint = settings.tokenUrl;
    OAuthClient.revokeEndpoint = settings.revokeUrl;
  }

  /** Where a person consents. */
  authorizeUrl(state: string): string {
    return this.#client().authorizeUri({ scope: [OAuthClient.scopes.Accounting!], state });
  }

  /** @throws ReconsentNeeded when the code is used up, too old or not ours */
  exchange(code: string, realmId: string): Promise<TokenSet> {
    const query = new URLSearchParams({ code, realmId });
    return this.#tokens((client) => client.createToken(`${this.#settings.redirectUri}?${query}`));
  }

  /** @throws ReconsentNeeded when the grant is gone */
  refresh(refreshToken: string): Promise<TokenSet> {
    return this.#tokens((client) => client.refreshUsingToken(refreshToken));
  }

  async #tokens(ask: (client: OAuthClient) => Promise<{ json?: unknown }>): Promise<TokenSet> {
    try {
      const answer = await withTimeout(ask(this.#client()));
      return tokenSet(answer.json as Record<string, unknown>, Date.now());
    } catch (error) {
      const { error: word, error_description: words } = error as { error?: unknown; error_description?: unknown };
      if (word === 'invalid_grant') throw new ReconsentNeeded(`QuickBooks refuses the grant: ${String(words)}`);
      throw new QboFault(
        'unreachable',
        '',
        0,
        `QuickBooks' token server failed: ${String(word || (error as Error).message)}`,
      );
    }
  }

  #client(): OAuthClient {
    const { clientId, clientSecret, redirectUri } = this.#settings;
    const config = {
      clientId,
      clientSecret,
      redirectUri,
      environment: 'production',
      includeRefreshTokenHardExpiresIn: true,
    };
    return new OAuthClient(config as ConstructorParameters<typeof OAuthClient>[0]);
  }
}

function tokenSet(json: Record<string, unknown>, nowMs: number): TokenSet {
  const inSeconds = (field: string): Date | null => {
    const seconds = Number(json[field]);
    return Number.isFinite(seconds) && seconds > 0 ? new Date(nowMs + seconds * 1000) : null;
  };
  return {
    accessToken: String(json['access_token']),
    refreshToken: String(json['refresh_token']),
    accessExpiresAt: inSeconds('expires_in') ?? new Date(nowMs + 3_600_000),
    refreshExpiresAt: inSeconds('x_refresh_token_expires_in'),
    hardExpiresAt: inSeconds('x_refresh_token_hard_expires_in'),
  };
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer within 15 s')), TIMEOUT_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
