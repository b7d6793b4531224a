import fc from 'fast-check';
import { versionId } from '../src/index.ts';

const version = fc.record({
  orgId: fc.bigInt({ min: 1n, max: 10n ** 17n }).map(String),
  subject: fc.tuple(fc.constantFrom('invoice', 'payment'), fc.uuid()).map((parts) => parts.join('/')),
  version: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
});

test('an id is a UUID of version 8, the same whenever it is asked', () => {
  fc.assert(
    fc.property(version, (one) => {
      const id = versionId(one);
      return (
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id) && id === versionId({ ...one })
      );
    }),
  );
});

test('other versions, documents and orgs have other ids', () => {
  fc.assert(
    fc.property(version, version, (one, other) => {
      const same = one.orgId === other.orgId && one.subject === other.subject && one.version === other.version;
      return same === (versionId(one) === versionId(other));
    }),
  );
});

test('the id of a version never changes: programs of different releases must agree', () => {
  expect(versionId({ orgId: '1', subject: 'invoice/a', version: 2 })).toMatchInlineSnapshot(
    `"6df415a5-6e58-8d0c-b095-77d6d29eacea"`,
  );
});
