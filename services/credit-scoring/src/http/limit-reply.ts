import { formatDecimal } from '@cashloop/money';
import type { Account } from '../domain/account.ts';
import { limitInForce } from '../domain/limit.ts';

/** A limit as it now stands. Amounts are decimals of the account's currency. */
export interface LimitReply {
  client_id: number;
  account_id: number;
  currency: string;
  limit_in_force: string | null;
  basis: 'manual' | 'none';
  version: number;
  expires_at: string | null;
  exposure: string;
  available: string | null;
  held: boolean;
}

export function limitReply(account: Account, now: Date): LimitReply {
  const currency = account.currency ?? '';
  const minor = limitInForce(account.limit, now);
  const id = Number(account.accountId);
  return {
    client_id: id,
    account_id: id,
    currency,
    limit_in_force: minor === null ? null : formatDecimal(minor, currency),
    basis: minor === null ? 'none' : 'manual',
    version: account.limit.version,
    expires_at: account.limit.expiresAt?.toISOString() ?? null,
    exposure: formatDecimal(account.exposureMinor, currency),
    available: minor === null ? null : formatDecimal(minor - account.exposureMinor, currency),
    held: account.hold !== null,
  };
}
