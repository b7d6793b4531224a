/** The limits people set on an account. Minor units of the account's currency. */
export interface Limit {
  /** Stands until changed. */
  readonly standingMinor: bigint | null;
  /** Hides the standing one until `expiresAt`. */
  readonly temporaryMinor: bigint | null;
  readonly expiresAt: Date | null;
  /** Raised by one per change. */
  readonly version: number;
}

/** What orders and holds use now; null when the account is unrated. */
export function limitInForce(limit: Limit, now: Date): bigint | null {
  return runs(limit, now) ? limit.temporaryMinor : limit.standingMinor;
}

/** A person sets a limit: with an end it is temporary and the standing one waits, without it is the standing one. */
export function setLimit(limit: Limit, minor: bigint, expiresAt: Date | null): Limit {
  const version = limit.version + 1;
  if (expiresAt === null) return { standingMinor: minor, temporaryMinor: null, expiresAt: null, version };
  return { ...limit, temporaryMinor: minor, expiresAt, version };
}

/** What a limit becomes once its temporary part ended; undefined while there is nothing to end. */
export function endedLimit(limit: Limit, now: Date): Limit | undefined {
  if (limit.temporaryMinor === null || runs(limit, now)) return undefined;
  return { ...limit, temporaryMinor: null, expiresAt: null, version: limit.version + 1 };
}

const runs = (limit: Limit, now: Date): boolean =>
  limit.temporaryMinor !== null && limit.expiresAt !== null && limit.expiresAt.getTime() > now.getTime();
