import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from './faults.ts';
import { readJson, writeJson } from './files.ts';

/** Everything secret of one stack, made at its first start, never the same on two machines. */
export interface Secrets {
  postgresAdmin: string;
  redis: string;
  /** Passwords per service. */
  databases: Record<string, { login: string; migrator: string }>;
  gatewayPrivateKey: string;
  gatewayPublicKey: string;
  adminEmail: string;
  adminPassword: string;
  tokenEncryptionKey: string;
  quickbooksClientId: string;
  quickbooksClientSecret: string;
  webhookVerifierToken: string;
  sandboxAdminToken: string;
}

const word = (bytes = 24): string => randomBytes(bytes).toString('base64url');

/** Fills in what is missing: all of it at first, one entry when a service has been added. Keeps what is there. */
export function completeSecrets(known: Partial<Secrets>, services: readonly string[]): Secrets {
  const keys =
    known.gatewayPrivateKey === undefined || known.gatewayPublicKey === undefined
      ? generateKeyPairSync('ec', {
          namedCurve: 'P-256',
          privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
          publicKeyEncoding: { type: 'spki', format: 'pem' },
        })
      : { privateKey: known.gatewayPrivateKey, publicKey: known.gatewayPublicKey };
  const databases = { ...known.databases };
  for (const service of services) databases[service] ??= { login: word(), migrator: word() };
  return {
    postgresAdmin: known.postgresAdmin ?? word(),
    redis: known.redis ?? word(),
    databases,
    gatewayPrivateKey: keys.privateKey,
    gatewayPublicKey: keys.publicKey,
    adminEmail: known.adminEmail ?? 'admin@cashloop.local',
    // Typed by people at the log-in, so shorter than the others.
    adminPassword: known.adminPassword ?? word(12),
    tokenEncryptionKey: known.tokenEncryptionKey ?? randomBytes(32).toString('base64'),
    quickbooksClientId: known.quickbooksClientId ?? `AB${randomBytes(20).toString('hex')}`,
    quickbooksClientSecret: known.quickbooksClientSecret ?? word(),
    webhookVerifierToken: known.webhookVerifierToken ?? word(),
    sandboxAdminToken: known.sandboxAdminToken ?? word(),
  };
}

export function secretsFile(stateFolder: string): string {
  return join(stateFolder, 'secrets.json');
}

/**
 * Reads the secrets, making them at the first start.
 * @param hasData whether there are databases already, which new secrets would not open
 */
export function loadSecrets(stateFolder: string, services: readonly string[], hasData: boolean): Secrets {
  const file = secretsFile(stateFolder);
  if (!existsSync(file) && hasData) {
    throw new UserFault(
      `The data are here but their secrets are not (${file}).`,
      'put the file back, or npm run reset to start anew',
    );
  }
  if (existsSync(file) && process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new UserFault(`Others can read the secrets in ${file}.`, `chmod 600 '${file}'`);
  }
  const known = readJson<Partial<Secrets>>(file) ?? {};
  const complete = completeSecrets(known, services);
  if (JSON.stringify(known) !== JSON.stringify(complete)) writeJson(file, complete);
  return complete;
}
