/** Roles a user or an API client may have; `system` is for tokens that services make. */
export const ROLES = ['admin', 'manager', 'analyst', 'order_desk', 'auditor', 'system'] as const;
export type Role = (typeof ROLES)[number];

/** Who sends a request, as the gateway's token says. Ids are integers as strings. */
export interface Caller {
  orgId: string;
  userId: string;
  roles: string[];
  kind: 'user' | 'client' | 'system';
  issuedAt: Date;
  /** When the token ends: long answers such as streams end with it. */
  expiresAt: Date;
}

/** Org of a system token that speaks for no org; it opens no transaction. */
export const NO_ORG = '0';

export const TOKEN_ISSUER = 'cashloop-gateway';
export const TOKEN_AUDIENCE = 'cashloop';
