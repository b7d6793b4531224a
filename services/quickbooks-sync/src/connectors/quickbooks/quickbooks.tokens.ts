import type { TokenStore } from '@cashloop/connector-kit';
import { SYSTEM } from '../../domain/facts.ts';
import type { Company, Tokens } from './quickbooks.client.ts';
import type { QuickBooksOAuth } from './quickbooks.oauth.ts';

export const ownerOf = ({ orgId, realmId }: Company) => ({ orgId, system: SYSTEM, company: realmId });

/** Tokens from the store, refreshed at Intuit when they run out or were refused. */
export const storedTokens =
  (store: TokenStore, oauth: QuickBooksOAuth): Tokens =>
  (company, rejected) =>
    store.accessToken(ownerOf(company), (refreshToken) => oauth.refresh(refreshToken), rejected);
