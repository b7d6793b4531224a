import { errors, importSPKI, jwtVerify, type CryptoKey, type JWTPayload } from 'jose';
import { NO_ORG, TOKEN_AUDIENCE, TOKEN_ISSUER, type Caller } from './caller.ts';

const KINDS = new Set(['user', 'client', 'system']);

/** Why a token is not accepted. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly expired: boolean;

  constructor(message: string, expired = false) {
    super(message);
    this.expired = expired;
  }
}

/** Reads tokens signed by the gateway (JWT, ES256). */
export class TokenVerifier {
  readonly #publicKey: Promise<CryptoKey>;

  /** @param publicKeyPem SPKI PEM; `\n` may stand for a line break */
  constructor(publicKeyPem: string) {
    this.#publicKey = importSPKI(pemOf(publicKeyPem), 'ES256');
    // Reported by `ready()`, at start; unhandled it would end the process before that.
    this.#publicKey.catch(() => undefined);
  }

  /** Resolves when the key can be used. */
  async ready(): Promise<void> {
    await this.#publicKey;
  }

  /** @throws TokenRefused */
  async verify(token: string): Promise<Caller> {
    try {
      const { payload } = await jwtVerify(token, await this.#publicKey, {
        algorithms: ['ES256'],
        issuer: TOKEN_ISSUER,
        audience: TOKEN_AUDIENCE,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: 5,
      });
      return callerOf(payload);
    } catch (error) {
      if (error instanceof TokenRefused) throw error;
      if (error instanceof errors.JWTExpired) throw new TokenRefused('the token has expired', true);
      throw new TokenRefused('the token is not valid');
    }
  }
}

/** Environment files hold a PEM on one line. */
export const pemOf = (text: string): string => text.replaceAll('\\n', '\n');

function callerOf(payload: JWTPayload): Caller {
  const { sub, iat, exp, org_id: orgId, roles, kind } = payload as JWTPayload & Record<string, unknown>;
  const strings = Array.isArray(roles) && roles.every((role) => typeof role === 'string');
  if (typeof sub !== 'string' || !isOrg(orgId, kind) || !strings || !KINDS.has(kind as string)) {
    throw new TokenRefused('the token lacks org_id, roles or kind');
  }
  return {
    orgId,
    userId: sub,
    roles: roles as string[],
    kind: kind as Caller['kind'],
    issuedAt: new Date((iat ?? 0) * 1000),
    expiresAt: new Date(exp! * 1000),
  };
}

const isOrg = (orgId: unknown, kind: unknown): orgId is string =>
  typeof orgId === 'string' && (/^[1-9]\d{0,17}$/.test(orgId) || (orgId === NO_ORG && kind === 'system'));
