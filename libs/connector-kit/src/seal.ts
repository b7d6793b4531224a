import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** A stored secret does not open: another key, another place, or changed bytes. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
  readonly code = 'seal.broken';

  constructor() {
    super('a stored secret does not open: TOKEN_ENCRYPTION_KEY is not the one it was sealed with');
  }
}

/**
 * Reads a 32-byte key from base64.
 * @throws Error when it is not 32 bytes
 */
export function sealKey(base64: string): Buffer {
  const key = Buffer.from(base64, 'base64');
  if (key.length !== 32) throw new Error('TOKEN_ENCRYPTION_KEY must be 32 bytes in base64: openssl rand -base64 32');
  return key;
}

/**
 * Encrypts with AES-256-GCM under a fresh IV.
 * @param place where the secret stands (org, system, company): bound in, so that a row copied elsewhere does not open
 * @returns `v1.<base64 of iv, tag, ciphertext>`
 */
export function seal(secret: string, key: Buffer, place: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')}`;
}

/** @throws SealBroken */
export function unseal(sealed: string, key: Buffer, place: string): string {
  const [version, body = ''] = sealed.split('.');
  const bytes = Buffer.from(body, 'base64');
  if (version !== VERSION || bytes.length < IV_BYTES + TAG_BYTES) throw new SealBroken();
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    throw new SealBroken();
  }
}
