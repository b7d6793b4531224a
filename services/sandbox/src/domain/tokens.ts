/** Lifetimes of what the token endpoint gives, in seconds. */
export const ACCESS_TOKEN_S = 3600;
export const REFRESH_TOKEN_S = 8_726_400;
export const CODE_S = 600;
const DAY_S = 86_400;
/** Five years from the first grant a connection ends, however often it was refreshed. */
export const GRANT_S = 5 * 365 * DAY_S;

/** A refresh token as stored. */
export interface RefreshToken {
  issuedAt: Date;
  /** Moves with every use; a replaced token has 24 h left. */
  expiresAt: Date;
  replaced: boolean;
  grantedAt: Date;
}

export type Refresh = 'invalid' | 'same' | 'rotate';

/** What a refresh does: the value changes once it is a day old; an old value works for 24 h more. */
export function refreshWith(token: RefreshToken, now: Date): Refresh {
  const ageS = (now.getTime() - token.issuedAt.getTime()) / 1000;
  const grantS = (now.getTime() - token.grantedAt.getTime()) / 1000;
  if (token.expiresAt <= now || grantS >= GRANT_S) return 'invalid';
  return !token.replaced && ageS >= DAY_S ? 'rotate' : 'same';
}

export const plusSeconds = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);

/** When a replaced refresh token dies: in 24 h, but not later than it would have. */
export const graceEnd = (token: RefreshToken, now: Date): Date => {
  const end = plusSeconds(now, DAY_S);
  return end < token.expiresAt ? end : token.expiresAt;
};
