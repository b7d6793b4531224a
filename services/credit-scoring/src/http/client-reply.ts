import { formatDecimal, roundHalfUp } from '@cashloop/money';
import { availableOf, wayOutOf, type Hold } from '../domain/hold.ts';
import { STALE_AFTER_MS } from '../domain/judge.ts';
import { limitInForce } from '../domain/limit.ts';
import type { Client } from '../stores/client.view.ts';

/** Document 4 answers numbers: an amount of up to 15 digits survives that. */
export const decimal = (minor: bigint, currency: string): number => Number(formatDecimal(minor, currency));

const decimalOrNull = (minor: bigint | null, currency: string): number | null =>
  minor === null ? null : decimal(minor, currency);

/** A client's credit. `creditLimit` is the formula's value: null, as it is not computed yet. */
export function clientReply(client: Client, now: Date) {
  const { account, settings, dataAsOf } = client;
  const currency = account.currency ?? '';
  const limit = limitInForce(account.limit, now);
  const utilization = utilizationOf(account.exposureMinor, limit);
  return {
    clientId: Number(client.clientId),
    accountId: Number(account.accountId),
    memberIds: account.memberIds.map(Number),
    teriCode: client.teriCode,
    currency,
    creditLimit: null,
    limitInForce: decimalOrNull(limit, currency),
    limitBasis: limit === null ? 'none' : 'manual',
    limitExpiresAt: account.limit.expiresAt,
    currentExposure: decimal(account.exposureMinor, currency),
    available: limit === null ? null : decimal(limit - account.exposureMinor, currency),
    utilizationPercent: utilization,
    standing: standingOf(client, limit, utilization),
    breachOpen: account.breachId !== null,
    hold: account.hold === null ? null : holdReply(account.hold),
    enforcement: settings.enforcement,
    ready: account.ready,
    doubtful: account.unconvertible > 0 || account.untied > 0,
    unconvertibleDocuments: account.unconvertible,
    stale: dataAsOf !== null && now.getTime() - dataAsOf.getTime() > STALE_AFTER_MS,
    dataAsOf: dataAsOf ?? now,
    accountVersion: Number(account.version),
  };
}

/** Exposure in percent of the limit, two decimals; null without a limit or at 0. */
function utilizationOf(exposureMinor: bigint, limitMinor: bigint | null): number | null {
  return limitMinor === null || limitMinor === 0n
    ? null
    : Number(roundHalfUp(exposureMinor * 10_000n, limitMinor)) / 100;
}

function standingOf({ account, settings }: Client, limit: bigint | null, utilization: number | null) {
  if (account.hold !== null) return 'held';
  if (limit === null) return 'unrated';
  const over = account.exposureMinor > limit;
  return over || (utilization !== null && utilization >= settings.warnFromPercent) ? 'warning' : 'free';
}

const holdReply = (hold: Hold) => ({
  holdId: hold.holdId,
  version: hold.version,
  severity: hold.severity,
  scope: hold.scope,
  enforcement: hold.enforcement,
  causes: hold.causes.map((cause) => ({
    kind: cause.kind,
    amount: decimal(cause.amountMinor, hold.currency),
    threshold: decimalOrNull(cause.thresholdMinor, hold.currency),
    note: cause.note,
    since: cause.since,
  })),
  exposure: decimal(hold.exposureMinor, hold.currency),
  limitInForce: decimalOrNull(hold.limitMinor, hold.currency),
  available: decimalOrNull(availableOf(hold), hold.currency),
  wayOut: decimalOrNull(wayOutOf(hold), hold.currency),
  causingEventId: hold.causingEventId,
  placedAt: hold.placedAt,
  validFrom: hold.validFrom,
  dataAsOf: hold.dataAsOf,
});
