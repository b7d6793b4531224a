import { exportPKCS8, exportSPKI, generateKeyPair, SignJWT } from 'jose';

/** Makes tokens as the gateway signs them, with a key pair of this run. */
export interface TokenMaker {
  /** SPKI PEM: give it to the service as GATEWAY_PUBLIC_KEY. */
  publicKeyPem: string;
  /** PKCS8 PEM: give it to the gateway as GATEWAY_PRIVATE_KEY. */
  privateKeyPem: string;
  token(claims?: TokenClaims): Promise<string>;
}

export interface TokenClaims {
  sub?: string;
  orgId?: string;
  roles?: string[];
  kind?: 'user' | 'client' | 'system';
  /** Seconds; negative for an expired one. */
  expiresInS?: number;
}

export async function tokenMaker(): Promise<TokenMaker> {
  const keys = await generateKeyPair('ES256', { extractable: true });
  return {
    publicKeyPem: await exportSPKI(keys.publicKey),
    privateKeyPem: await exportPKCS8(keys.privateKey),
    token: ({ sub = '1', orgId = '1', roles = ['admin'], kind = 'user', expiresInS = 900 } = {}) => {
      const nowS = Math.floor(Date.now() / 1000);
      return new SignJWT({ org_id: orgId, roles, kind })
        .setProtectedHeader({ alg: 'ES256' })
        .setSubject(sub)
        .setIssuer('cashloop-gateway')
        .setAudience('cashloop')
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + expiresInS)
        .sign(keys.privateKey);
    },
  };
}
