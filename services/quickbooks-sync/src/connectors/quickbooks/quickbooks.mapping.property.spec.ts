import fc from 'fast-check';
import { formatDecimal } from '@cashloop/money';
import { parseQbo, plain, type QboObject } from './quickbooks.json.ts';
import { mapInvoice } from './quickbooks.mapping.ts';

const currency = fc.constantFrom('USD', 'JPY', 'KWD');
const amount = fc.bigInt({ min: 0n, max: 10n ** 17n });

test('every amount comes back to the last digit', () => {
  fc.assert(
    fc.property(currency, amount, amount, (code, total, tax) => {
      const json = `{"Id":"1","SyncToken":"0","MetaData":{"LastUpdatedTime":"2026-11-02T01:10:11Z"},"CustomerRef":{"value":"5"},
        "TxnDate":"2026-11-02","CurrencyRef":{"value":"${code}"},"TotalAmt":${formatDecimal(total, code)},
        "Balance":${formatDecimal(total, code)},"TxnTaxDetail":{"TotalTax":${formatDecimal(tax, code)}}}`;
      const facts = mapInvoice(parseQbo(json) as QboObject, 'USD');
      expect(facts.totalMinor).toBe(total);
      expect(facts.netMinor).toBe(total - tax);
    }),
  );
});

test('an exponent changes how a number is written, never its value', () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -6, max: 6 }), (digits, exponent) => {
      expect(Number(plain(`${digits}e${exponent}`))).toBeCloseTo(digits * 10 ** exponent, 6);
      expect(plain(`${digits}e${exponent}`)).not.toMatch(/e/i);
    }),
  );
});
