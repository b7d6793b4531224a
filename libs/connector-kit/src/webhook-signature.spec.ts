import { createHmac } from 'node:crypto';
import { signedByHmac } from './webhook-signature.ts';

const body = Buffer.from('[{"a":1.0}]');
const signature = createHmac('sha256', 'secret').update(body).digest('base64');

test('only the exact bytes under the right secret pass', () => {
  expect(signedByHmac(body, signature, 'secret')).toBe(true);
  expect(signedByHmac(Buffer.from('[{"a":1}]'), signature, 'secret')).toBe(false);
  expect(signedByHmac(body, signature, 'other')).toBe(false);
  expect(signedByHmac(body, signature.slice(0, 10), 'secret')).toBe(false);
  expect(signedByHmac(body, '', 'secret')).toBe(false);
  expect(signedByHmac(body, undefined, 'secret')).toBe(false);
});
