import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { seal, SealBroken, sealKey, unseal } from './seal.ts';

const key = randomBytes(32);

test('what is sealed opens with the same key at the same place only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (secret, place) => {
      const sealed = seal(secret, key, place);
      expect(unseal(sealed, key, place)).toBe(secret);
      expect(() => unseal(sealed, key, `${place}x`)).toThrow(SealBroken);
      expect(() => unseal(sealed, randomBytes(32), place)).toThrow(SealBroken);
    }),
  );
});

test('any changed byte breaks the seal; the same secret never looks the same', () => {
  const sealed = seal('token', key, 'p');
  const bytes = Buffer.from(sealed.slice(3), 'base64');
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes);
    changed[i]! ^= 1;
    expect(() => unseal(`v1.${changed.toString('base64')}`, key, 'p')).toThrow(SealBroken);
  }
  expect(seal('token', key, 'p')).not.toBe(sealed);
  expect(() => unseal('v2.x', key, 'p')).toThrow(SealBroken);
});

test('a key of another length is refused', () => {
  expect(() => sealKey(randomBytes(16).toString('base64'))).toThrow('32 bytes');
});
