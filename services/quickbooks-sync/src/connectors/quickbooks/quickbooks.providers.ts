import type { Provider } from '@nestjs/common';
import { CursorStore, QuotaBucket, sealKey, TokenStore } from '@cashloop/connector-kit';
import { TransactionRunner } from '@cashloop/persistence';
import { RedisConnection } from '@cashloop/service-shell';
import { QuickBooksSyncConfig } from '../../config.ts';
import { Metrics } from '../../metrics.ts';
import { CompanyQueue } from './company-queue.ts';
import { QuickBooksClient } from './quickbooks.client.ts';
import { FullFeedReader } from './quickbooks.feed.ts';
import { QuickBooksOAuth } from './quickbooks.oauth.ts';
import { QuickBooksReader } from './quickbooks.reader.ts';
import { storedTokens } from './quickbooks.tokens.ts';

// Intuit allows 500 a minute and company: 100 at once and 400 a minute after them stay within it in every minute.
const CALLS = { capacity: 100, windowMs: 15_000 };

/** The connector's classes know nothing of Nest: here they get what they need. */
export const quickBooksProviders: Provider[] = [
  CompanyQueue,
  CursorStore,
  {
    provide: TokenStore,
    inject: [TransactionRunner, QuickBooksSyncConfig],
    useFactory: (runner: TransactionRunner, config: QuickBooksSyncConfig) =>
      new TokenStore(runner, sealKey(config.TOKEN_ENCRYPTION_KEY)),
  },
  {
    provide: QuickBooksOAuth,
    inject: [QuickBooksSyncConfig],
    useFactory: (config: QuickBooksSyncConfig) =>
      new QuickBooksOAuth({
        clientId: config.QBO_CLIENT_ID,
        clientSecret: config.QBO_CLIENT_SECRET,
        redirectUri: config.QBO_REDIRECT_URI,
        authorizeUrl: config.QBO_OAUTH_AUTHORIZE_URL,
        tokenUrl: config.QBO_OAUTH_TOKEN_URL,
        revokeUrl: config.QBO_OAUTH_REVOKE_URL,
      }),
  },
  {
    provide: QuickBooksClient,
    inject: [QuickBooksSyncConfig, TokenStore, QuickBooksOAuth, RedisConnection, Metrics],
    useFactory: (
      config: QuickBooksSyncConfig,
      tokens: TokenStore,
      oauth: QuickBooksOAuth,
      redis: RedisConnection,
      metrics: Metrics,
    ) =>
      new QuickBooksClient({
        baseUrl: config.apiBaseUrl,
        tokens: storedTokens(tokens, oauth),
        quota: new QuotaBucket(CALLS, { redis: redis.client }),
        observer: metrics,
      }),
  },
  {
    provide: QuickBooksReader,
    inject: [QuickBooksClient],
    useFactory: (client: QuickBooksClient) => new QuickBooksReader(client),
  },
  {
    provide: FullFeedReader,
    inject: [QuickBooksClient],
    useFactory: (client: QuickBooksClient) => new FullFeedReader(client),
  },
];
