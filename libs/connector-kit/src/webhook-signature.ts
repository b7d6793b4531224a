import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether `signature` is base64(HMAC-SHA256(body, secret)). Compared in constant time over the raw bytes as they came:
 * parsing and writing JSON again would change them.
 */
export function signedByHmac(body: Buffer, signature: string | undefined, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest();
  const given = Buffer.from(signature ?? '', 'base64');
  // A wrong length is compared too, against itself, so that it takes no other path in time.
  const sameLength = given.length === expected.length;
  return timingSafeEqual(sameLength ? given : expected, expected) && sameLength;
}
