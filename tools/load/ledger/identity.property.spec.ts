import fc from 'fast-check';
import { DigestTable, digestOf } from './digest-table.ts';
import { DocumentNames, shortened } from './naming.ts';
import type { LedgerRow } from './reading.ts';

test('a table of digests answers as a map does, however large', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 400 }), (texts) => {
      const table = new DigestTable(2);
      const map = new Map<string, number>();
      for (const text of texts) {
        map.set(text, (map.get(text) ?? 0) + 1);
        if (table.count(digestOf([text])) !== map.get(text)) return false;
      }
      return table.size === map.size;
    }),
  );
});

test('where one text ends and the next begins counts', () => {
  expect(digestOf(['ab', 'c'])).not.toEqual(digestOf(['a', 'bc']));
});

const row = fc
  .record({
    customer: fc.constantFrom('A', 'B', '0100', '100'),
    number: fc.constantFrom('1', '2', '1-2', '', '12345678901234567890123456789'),
    date: fc.constantFrom('2024-01-02', '2024-01-03'),
    gross: fc.bigInt({ min: 0n, max: 3n }),
  })
  .map(({ gross, ...rest }): LedgerRow => ({
    ...rest,
    currency: 'USD',
    id: '',
    dueDate: rest.date,
    dueUnknown: false,
    settled: { kind: 'invoice', gross, paid: 0n },
    payments: [],
    reference: '',
    rounded: false,
  }));

test('no two documents of a file get the same key or number, and numbers fit QuickBooks', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      const names = new DocumentNames({ kind: 'together' });
      const named = rows.map((one) => names.name(one));
      const numbers = named.map(({ docNumber }) => docNumber).filter((number) => number !== undefined);
      expect(new Set(named.map(({ key }) => key)).size).toBe(rows.length);
      expect(new Set(numbers).size).toBe(numbers.length);
      return numbers.every((number) => number.length <= 21);
    }),
  );
});

test('keys do not depend on what else is in the file, as long as the five fields differ', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(row, {
        maxLength: 30,
        selector: (one) => JSON.stringify([one.customer, one.number, one.date, String(one.settled.gross)]),
      }),
      (rows) => {
        const forwards = new DocumentNames({ kind: 'together' });
        const backwards = new DocumentNames({ kind: 'together' });
        const keys = rows.map((one) => forwards.name(one).key);
        expect([...rows].reverse().map((one) => backwards.name(one).key)).toEqual([...keys].reverse());
      },
    ),
  );
});

test('long texts stay apart when cut', () => {
  expect(shortened('x'.repeat(40), 21)).toHaveLength(21);
  expect(shortened(`${'x'.repeat(40)}1`, 21)).not.toBe(shortened(`${'x'.repeat(40)}2`, 21));
});
