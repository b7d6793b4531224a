import fc from 'fast-check';
import { importSPKI, jwtVerify } from 'jose';
import { outgoing, topicDefs } from '@cashloop/events';
import { aCreditNote, anInvoice, aPayment } from './document-arbitraries.ts';
import { fixedClock } from './fixed-clock.ts';
import { aMoney } from './money-arbitraries.ts';
import { tokenMaker } from './signed-tokens.ts';
import { stackVariable } from './stack-variable.ts';

const fields = { orgId: '1', key: '1:2', subject: 'x/1', time: new Date(0) };

test('the documents are valid events', () => {
  fc.assert(
    fc.property(anInvoice(), aPayment(), aCreditNote(), (invoice, payment, note) => {
      outgoing(topicDefs.receivable, 'invoice_updated', invoice, fields);
      outgoing(topicDefs.receivable, 'payment_received', payment, fields);
      outgoing(topicDefs.receivable, 'credit_note_issued', note, fields);
    }),
  );
});

test('an invoice owes no more than its total, and its settlement adds up', () => {
  fc.assert(
    fc.property(
      anInvoice(),
      ({ totalMinor, balanceMinor, settledBy }) =>
        BigInt(totalMinor) === BigInt(balanceMinor) + BigInt(settledBy?.cashMinor ?? -1),
    ),
  );
});

test('amounts fit the credit API', () => {
  fc.assert(fc.property(aMoney(), ({ minor }) => minor >= 0n && minor < 10n ** 15n));
});

test('tokens are what the gateway signs', async () => {
  const maker = await tokenMaker();
  const key = await importSPKI(maker.publicKeyPem, 'ES256');
  const claims = { issuer: 'cashloop-gateway', audience: 'cashloop' };
  const { payload } = await jwtVerify(await maker.token({ orgId: '7', roles: ['analyst'] }), key, claims);
  expect(payload).toMatchObject({ sub: '1', org_id: '7', roles: ['analyst'], kind: 'user' });
  await expect(jwtVerify(await maker.token({ expiresInS: -60 }), key, claims)).rejects.toThrow('exp');
});

test('the clock stands still until it is moved', () => {
  const clock = fixedClock('2026-03-01T00:00:00Z');
  clock.advance(1_500);
  expect(clock().toISOString()).toBe('2026-03-01T00:00:01.500Z');
});

test('without a test stack the error says how to start it', () => {
  const before = process.env.TEST_REDIS_URL;
  delete process.env.TEST_REDIS_URL;
  expect(() => stackVariable('TEST_REDIS_URL')).toThrow('run `npm test`');
  if (before !== undefined) process.env.TEST_REDIS_URL = before;
});
