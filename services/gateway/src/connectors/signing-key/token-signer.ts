import { Injectable, type OnModuleInit } from '@nestjs/common';
import { NO_ORG, pemOf, TOKEN_AUDIENCE, TOKEN_ISSUER, TokenVerifier } from '@cashloop/service-shell';
import { calculateJwkThumbprint, exportJWK, importPKCS8, importSPKI, SignJWT, type CryptoKey, type JWK } from 'jose';
import { GatewayConfig } from '../../config.ts';

/** Who a token speaks for. */
export interface TokenSubject {
  orgId: string;
  subjectId: string;
  roles: readonly string[];
  kind: 'user' | 'client' | 'system';
}

const SYSTEM_TOKEN_SECONDS = 60;

/** Signs access tokens (JWT, ES256) and publishes the key that checks them. */
@Injectable()
export class TokenSigner implements OnModuleInit {
  #privateKey!: CryptoKey;
  #publicJwk!: JWK;

  constructor(
    private readonly config: GatewayConfig,
    private readonly verifier: TokenVerifier,
  ) {}

  async onModuleInit(): Promise<void> {
    const publicKey = await importSPKI(pemOf(this.config.GATEWAY_PUBLIC_KEY), 'ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    this.#publicJwk = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256', use: 'sig' };
    this.#privateKey = await importPKCS8(pemOf(this.config.GATEWAY_PRIVATE_KEY), 'ES256').catch((cause: unknown) => {
      throw new Error('GATEWAY_PRIVATE_KEY is not a private key in PKCS8 PEM form for ES256', { cause });
    });
    await this.verifier.verify(await this.systemToken()).catch((cause: unknown) => {
      throw new Error('GATEWAY_PRIVATE_KEY and GATEWAY_PUBLIC_KEY are not a pair', { cause });
    });
  }

  async accessToken(subject: TokenSubject, seconds = this.config.GATEWAY_TOKEN_SECONDS): Promise<string> {
    return new SignJWT({ org_id: subject.orgId, roles: [...subject.roles], kind: subject.kind })
      .setProtectedHeader({ alg: 'ES256', kid: this.#publicJwk.kid, typ: 'JWT' })
      .setSubject(subject.subjectId)
      .setIssuer(TOKEN_ISSUER)
      .setAudience(TOKEN_AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .sign(this.#privateKey);
  }

  /** For a call that an outsider proved by a signature or a state: speaks for no org, never leaves the inside. */
  systemToken(): Promise<string> {
    return this.accessToken(
      { orgId: NO_ORG, subjectId: 'gateway', roles: ['system'], kind: 'system' },
      SYSTEM_TOKEN_SECONDS,
    );
  }

  jwks(): { keys: JWK[] } {
    return { keys: [this.#publicJwk] };
  }
}
