/** Crockford's base 32: no I, L, O, U, so that a code read over the phone stays the same code. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A TERI code of 40 random bits: TERI- and eight characters. Wants at least five bytes. */
export function teriCode(random: Uint8Array): string {
  let bits = random.subarray(0, 5).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let code = '';
  for (let place = 0; place < 8; place += 1) {
    code = ALPHABET.charAt(Number(bits & 31n)) + code;
    bits >>= 5n;
  }
  return `TERI-${code}`;
}
